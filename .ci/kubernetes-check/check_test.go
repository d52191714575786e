package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const examples = "../../examples/kubernetes/"

// Each change breaks a manifest that is right in one place, and must be refused for that reason.
var broken = map[string]struct{ file, from, to, reason string }{
	"Kubernetes, a misspelt field":         {"deployment.yaml", "replicas: 2", "replica: 2", `unknown field "replica"`},
	"Kubernetes, a wrong type":             {"deployment.yaml", "replicas: 2", "replicas: two", "cannot unmarshal string"},
	"a former kind of the controller":      {"versioned/worker-deployment.yaml", "kind: Worker", "kind: TemporalWorker", "TemporalWorkerDeployment is not known"},
	"controller, a misspelt field":         {"versioned/worker-deployment.yaml", "sunset:", "sunsets:", "'sunsets' not allowed"},
	"controller, misspelt in a list":       {"versioned/worker-deployment.yaml", "rampPercentage", "rampPercent", "'rampPercent' not allowed"},
	"controller, misspelt in a pod":        {"versioned/worker-deployment.yaml", "readOnlyRootFilesystem", "readOnlyRoot", "'readOnlyRoot' not allowed"},
	"controller, misspelt in metadata":     {"versioned/worker-deployment.yaml", "  labels: {", "  label: {", `unknown field "label"`},
	"controller, a field twice":            {"versioned/worker-deployment.yaml", "  replicas: 2", "  replicas: 2\n  replicas: 3", `key "replicas" already set`},
	"controller, a wrong type":             {"versioned/worker-deployment.yaml", "replicas: 2", "replicas: '2'", "got string, want integer"},
	"controller, an unknown strategy":      {"versioned/worker-deployment.yaml", "Progressive", "Gradual", "must be one of 'Manual', 'AllAtOnce', 'Progressive'"},
	"controller, a missing field":          {"versioned/worker-deployment.yaml", "    temporalNamespace: default\n", "", "missing property 'temporalNamespace'"},
	"controller, no port":                  {"versioned/worker-deployment.yaml", "svc:7233", "svc", "does not match pattern"},
	"controller, a short pause":            {"versioned/worker-deployment.yaml", "pauseDuration: 10m", "pauseDuration: 10s", "below 30s"},
	"controller, no such connection":       {"versioned/worker-deployment.yaml", "connectionRef: { name: temporal }", "connectionRef: { name: other }", `no Connection "other"`},
	"controller, other pods":               {"versioned/worker-deployment.yaml", "cpu: 250m", "cpu: 500m", "not those of the Deployment"},
	"KEDA, a misspelt field":               {"scaling/keda.yaml", "minReplicaCount", "minReplicas", "'minReplicas' not allowed"},
	"KEDA, a wrong type":                   {"scaling/keda.yaml", "targetQueueSize: '20'", "targetQueueSize: 20", "got number, want string"},
	"KEDA, a missing field":                {"scaling/keda.yaml", "    - type: temporal\n      metadata", "    - metadata", "missing property 'type'"},
	"KEDA, no spec":                        {"scaling/keda.yaml", "spec:", "specs:", `unknown field "specs"`},
	"KEDA, misspelt metadata":              {"scaling/keda.yaml", "activationTargetQueueSize", "activationQueueSize", "activationQueueSize is no metadata"},
	"KEDA, missing metadata":               {"scaling/keda.yaml", "endpoint: temporal-frontend.temporal.svc:7233", "tlsServerName: temporal", "endpoint is missing"},
	"KEDA, a secret among the metadata":    {"scaling/keda.yaml", "namespace: default", "apiKey: secret", "apiKey is no metadata"},
	"KEDA, metadata of the wrong type":     {"scaling/keda.yaml", "targetQueueSize: '20'", "targetQueueSize: many", `targetQueueSize cannot be "many"`},
	"KEDA, an unknown type of task queue":  {"scaling/keda.yaml", "targetQueueSize: '20'", "queueTypes: workflow,sticky", `queueTypes cannot be "workflow,sticky"`},
	"KEDA, metadata that are gone":         {"scaling/keda.yaml", "targetQueueSize: '20'", "selectUnversioned: 'true'", "DEPRECATED"},
	"KEDA, no such target":                 {"scaling/keda.yaml", "    name: polytomic-worker", "    name: worker", `is "worker" instead of`},
	"KEDA, the queue of the waits":         {"scaling/keda.yaml", "taskQueue: polytomic", "taskQueue: polytomic-waits", `taskQueue is "polytomic-waits"`},
	"KEDA, an upper bound below the lower": {"scaling/keda.yaml", "maxReplicaCount: 6", "maxReplicaCount: 1", "above maxReplicaCount"},
}

func TestCheck(t *testing.T) {
	schemas, err := LoadSchemas()
	if err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob(examples + "*.yaml")
	nested, _ := filepath.Glob(examples + "*/*.yaml")
	right, err := readFiles(append(paths, nested...))
	if err != nil {
		t.Fatal(err)
	}
	if err := check(right, schemas); err != nil {
		t.Fatal(err)
	}
	for name, change := range broken {
		t.Run(name, func(t *testing.T) {
			path := examples + change.file
			text := string(right[path])
			if !strings.Contains(text, change.from) {
				t.Fatalf("%s does not contain %q", path, change.from)
			}
			texts := map[string][]byte{}
			for path, text := range right {
				texts[path] = text
			}
			texts[path] = []byte(strings.Replace(text, change.from, change.to, 1))
			err := check(texts, schemas)
			if err == nil || !strings.Contains(err.Error(), change.reason) {
				t.Fatalf("refused for another reason than %q: %v", change.reason, err)
			}
		})
	}
}
