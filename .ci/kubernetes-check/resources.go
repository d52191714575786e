package main

import (
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// envelope is what any object has around its spec.
type envelope struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata"`
	Spec            any `json:"spec"`
}

// The kinds of other projects, with the fields that the checks of this program read. Their schemas have all.

type Connection struct {
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		HostPort string `json:"hostPort"`
	} `json:"spec"`
}

type WorkerDeployment struct {
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		WorkerOptions struct {
			ConnectionRef struct {
				Name string `json:"name"`
			} `json:"connectionRef"`
			TemporalNamespace string `json:"temporalNamespace"`
		} `json:"workerOptions"`
		Rollout struct {
			Strategy string `json:"strategy"`
			Steps    []struct {
				RampPercentage int           `json:"rampPercentage"`
				PauseDuration  meta.Duration `json:"pauseDuration"`
			} `json:"steps"`
		} `json:"rollout"`
		Sunset struct {
			ScaledownDelay meta.Duration `json:"scaledownDelay"`
			DeleteDelay    meta.Duration `json:"deleteDelay"`
		} `json:"sunset"`
		Template core.PodTemplateSpec `json:"template"`
	} `json:"spec"`
}

type ScaledObject struct {
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		ScaleTargetRef struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Name       string `json:"name"`
		} `json:"scaleTargetRef"`
		MinReplicaCount int32     `json:"minReplicaCount"`
		MaxReplicaCount int32     `json:"maxReplicaCount"`
		Triggers        []Trigger `json:"triggers"`
	} `json:"spec"`
}

type Trigger struct {
	Type     string            `json:"type"`
	Metadata map[string]string `json:"metadata"`
}
