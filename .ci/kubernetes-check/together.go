package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
)

// defaultTaskQueue of src/contracts/names.ts.
const defaultTaskQueue = "polytomic"

// What the controller adds to each container.
var setByController = []string{"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_DEPLOYMENT_NAME", "TEMPORAL_WORKER_BUILD_ID"}

// manifests are the objects of all files, of which some refer to others.
type manifests struct {
	deployment  *apps.Deployment
	connections map[string]*Connection
	failures    []error
}

func (m *manifests) fail(format string, values ...any) {
	m.failures = append(m.failures, fmt.Errorf(format, values...))
}

func (m *manifests) expectEqual(what, value, wanted string) {
	if value != wanted {
		m.fail("%s is %q instead of %q", what, value, wanted)
	}
}

// checkTogether says what no schema knows: references to other objects, and what the webhooks of both projects refuse.
func checkTogether(objects []any, trigger TriggerSchema) []error {
	all := manifests{connections: map[string]*Connection{}}
	for _, object := range objects {
		switch one := object.(type) {
		case *apps.Deployment:
			all.deployment = one
		case *Connection:
			all.connections[one.Name] = one
		}
	}
	if all.deployment == nil {
		return []error{fmt.Errorf("there is no Deployment to compare with")}
	}
	for _, object := range objects {
		switch one := object.(type) {
		case *WorkerDeployment:
			all.checkWorkerDeployment(one)
		case *ScaledObject:
			all.checkScaledObject(one, trigger)
		}
	}
	return all.failures
}

func (m *manifests) checkWorkerDeployment(one *WorkerDeployment) {
	options := one.Spec.WorkerOptions
	connection, known := m.connections[options.ConnectionRef.Name]
	if !known {
		m.fail("WorkerDeployment: there is no Connection %q", options.ConnectionRef.Name)
		return
	}
	m.expectEqual("hostPort of the Connection", connection.Spec.HostPort, m.setting("TEMPORAL_ADDRESS"))
	m.expectEqual("temporalNamespace of the WorkerDeployment", options.TemporalNamespace, m.setting("TEMPORAL_NAMESPACE"))
	m.checkRollout(one)
	if one.Spec.Sunset.DeleteDelay.Duration < one.Spec.Sunset.ScaledownDelay.Duration {
		m.fail("WorkerDeployment: a version is deleted before it is scaled down")
	}
	mine, theirs := one.Spec.Template.DeepCopy(), m.deployment.Spec.Template.DeepCopy()
	for index, container := range theirs.Spec.Containers {
		theirs.Spec.Containers[index].Env = slices.DeleteFunc(container.Env, func(variable core.EnvVar) bool {
			return slices.Contains(setByController, variable.Name)
		})
	}
	if !reflect.DeepEqual(mine, theirs) {
		m.fail("WorkerDeployment: its pods are not those of the Deployment without %s", strings.Join(setByController, ", "))
	}
}

// checkRollout has the rules that the schema states in CEL, which this program does not evaluate, and the webhook's.
func (m *manifests) checkRollout(one *WorkerDeployment) {
	rollout := one.Spec.Rollout
	if len(one.Name) > 63 {
		m.fail("WorkerDeployment: its name is longer than 63 characters")
	}
	if rollout.Strategy == "Progressive" && len(rollout.Steps) == 0 {
		m.fail("WorkerDeployment: a Progressive rollout needs steps")
	}
	last := 0
	for _, step := range rollout.Steps {
		if step.RampPercentage <= last {
			m.fail("WorkerDeployment: rampPercentage %d does not increase", step.RampPercentage)
		}
		if step.PauseDuration.Duration < 30*time.Second {
			m.fail("WorkerDeployment: pauseDuration is below 30s")
		}
		last = step.RampPercentage
	}
}

func (m *manifests) checkScaledObject(one *ScaledObject, schema TriggerSchema) {
	target := one.Spec.ScaleTargetRef
	if target.Kind != "" && target.Kind != "Deployment" || target.APIVersion != "" && target.APIVersion != "apps/v1" {
		m.fail("ScaledObject: its target is no Deployment")
	}
	m.expectEqual("scaleTargetRef of the ScaledObject", target.Name, m.deployment.Name)
	if one.Spec.MinReplicaCount > one.Spec.MaxReplicaCount {
		m.fail("ScaledObject: minReplicaCount is above maxReplicaCount")
	}
	if len(one.Spec.Triggers) == 0 {
		m.fail("ScaledObject: there is no trigger")
	}
	taskQueue := m.setting("POLYTOMIC_TASK_QUEUE")
	if taskQueue == "" {
		taskQueue = defaultTaskQueue
	}
	for _, trigger := range one.Spec.Triggers {
		m.expectEqual("the trigger's type", trigger.Type, "temporal")
		for _, failure := range schema.Check(trigger.Metadata) {
			m.fail("ScaledObject, trigger for Temporal: %w", failure)
		}
		// The queue for waits says nothing about load.
		m.expectEqual("the trigger's taskQueue", trigger.Metadata["taskQueue"], taskQueue)
		m.expectEqual("the trigger's endpoint", trigger.Metadata["endpoint"], m.setting("TEMPORAL_ADDRESS"))
		m.expectEqual("the trigger's namespace", trigger.Metadata["namespace"], m.setting("TEMPORAL_NAMESPACE"))
	}
}

// setting is the value of an environment variable of the Deployment's worker.
func (m *manifests) setting(name string) string {
	for _, variable := range m.deployment.Spec.Template.Spec.Containers[0].Env {
		if variable.Name == name {
			return variable.Value
		}
	}
	return ""
}
