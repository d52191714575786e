// Reads manifests as the API server does, by the types of Kubernetes, and refuses fields and kinds that there are not.
package main

import (
	"bytes"
	"fmt"
	"os"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func() any{
	"apps/v1 Deployment":                 func() any { return &apps.Deployment{} },
	"v1 Secret":                          func() any { return &core.Secret{} },
	"networking.k8s.io/v1 NetworkPolicy": func() any { return &networking.NetworkPolicy{} },
	"policy/v1 PodDisruptionBudget":      func() any { return &policy.PodDisruptionBudget{} },
}

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var kind meta.TypeMeta
		if err := yaml.Unmarshal(document, &kind); err != nil {
			return err
		}
		create, known := kinds[kind.APIVersion+" "+kind.Kind]
		if !known {
			return fmt.Errorf("%s %s is not known here", kind.APIVersion, kind.Kind)
		}
		if err := yaml.UnmarshalStrict(document, create()); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	failed := false
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			failed = true
			fmt.Printf("%s: %v\n", path, err)
		}
	}
	if failed {
		os.Exit(1)
	}
	fmt.Printf("%d manifests are as Kubernetes reads them\n", len(os.Args)-1)
}
