// Reads manifests as the API server does, and refuses fields and kinds that there are not: Kubernetes' own kinds by its
// types, those of KEDA and of Temporal's worker controller by the schemas that those projects publish. Then it checks
// what no schema knows: that the manifests fit each other.
package main

import (
	"bytes"
	"errors"
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
	"apps/v1 Deployment":                    func() any { return &apps.Deployment{} },
	"v1 Secret":                             func() any { return &core.Secret{} },
	"networking.k8s.io/v1 NetworkPolicy":    func() any { return &networking.NetworkPolicy{} },
	"policy/v1 PodDisruptionBudget":         func() any { return &policy.PodDisruptionBudget{} },
	"temporal.io/v1alpha1 Connection":       func() any { return &Connection{} },
	"temporal.io/v1alpha1 WorkerDeployment": func() any { return &WorkerDeployment{} },
	"keda.sh/v1alpha1 ScaledObject":         func() any { return &ScaledObject{} },
}

// read returns the objects of one file, each of the type that stands for its kind.
func read(text []byte, schemas Schemas) ([]any, error) {
	var objects []any
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var kind meta.TypeMeta
		if err := yaml.Unmarshal(document, &kind); err != nil {
			return nil, err
		}
		id := kind.APIVersion + " " + kind.Kind
		create, known := kinds[id]
		if !known {
			return nil, fmt.Errorf("%s is not known here", id)
		}
		object := create()
		if err := schemas.Decode(id, document, object); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// check reads all files and returns what is wrong with them, each error with its path.
func check(texts map[string][]byte, schemas Schemas) error {
	var failures []error
	var all []any
	for path, text := range texts {
		objects, err := read(text, schemas)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", path, err))
		}
		all = append(all, objects...)
	}
	if len(failures) == 0 {
		failures = append(failures, checkTogether(all, schemas.TemporalTrigger)...)
	}
	return errors.Join(failures...)
}

func readFiles(paths []string) (map[string][]byte, error) {
	texts := map[string][]byte{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		texts[path] = text
	}
	return texts, nil
}

func run(paths []string) error {
	texts, err := readFiles(paths)
	if err != nil {
		return err
	}
	schemas, err := LoadSchemas()
	if err != nil {
		return err
	}
	return check(texts, schemas)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("%d manifests are as Kubernetes, KEDA and Temporal's worker controller read them\n", len(os.Args)-1)
}
