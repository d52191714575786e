package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"
)

// A project whose schemas are files of its Go module. Its packages are not imported: those of KEDA take minutes and
// 400 MB, the module's archive a second and 3 MB. The sum is that of the public checksum database.
type project struct{ module, sum string }

var (
	keda = project{"github.com/kedacore/keda/v2@v2.21.0", "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps="}
	// Since v1.7 its kinds are WorkerDeployment and Connection; objects of the former names cannot be created any more.
	workerController = project{
		"github.com/temporalio/temporal-worker-controller@v1.8.1", "h1:fyGqkeh8sQ0QIoCpko1iUgZ+TbKTyivgTBouiHMPaoM=",
	}
)

// Schemas are the OpenAPI schemas of the kinds that are not Kubernetes' own, by API version and kind.
type Schemas struct {
	byKind          map[string]*jsonschema.Schema
	TemporalTrigger TriggerSchema
}

// Decode reads the document into a value of the type for its kind, and refuses unknown fields, wrong types and duplicates.
func (s Schemas) Decode(id string, document []byte, object any) error {
	schema, isForeign := s.byKind[id]
	if !isForeign {
		return yaml.UnmarshalStrict(document, object)
	}
	if err := yaml.UnmarshalStrict(document, &envelope{}); err != nil {
		return err
	}
	var value any
	if err := yaml.Unmarshal(document, &value); err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return err
	}
	return yaml.Unmarshal(document, object)
}

func LoadSchemas() (Schemas, error) {
	kedaFolder, err := keda.download()
	if err != nil {
		return Schemas{}, err
	}
	controllerFolder, err := workerController.download()
	if err != nil {
		return Schemas{}, err
	}
	controllerSchemas := filepath.Join(controllerFolder, "helm/temporal-worker-controller-crds/templates")
	schemas := Schemas{byKind: map[string]*jsonschema.Schema{}}
	for _, path := range []string{
		filepath.Join(kedaFolder, "config/crd/bases/keda.sh_scaledobjects.yaml"),
		filepath.Join(controllerSchemas, "temporal.io_connections.yaml"),
		filepath.Join(controllerSchemas, "temporal.io_workerdeployments.yaml"),
	} {
		if err := schemas.add(path); err != nil {
			return Schemas{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	schemas.TemporalTrigger, err = readTriggerSchema(filepath.Join(kedaFolder, "schema/generated/scalers-schema.json"))
	return schemas, err
}

// download returns the folder of the module's files.
func (p project) download() (string, error) {
	command := exec.Command("go", "mod", "download", "-json", p.module)
	command.Dir = os.TempDir()
	output, err := command.Output()
	var got struct{ Dir, Sum, Error string }
	if parsing := json.Unmarshal(output, &got); parsing != nil {
		return "", fmt.Errorf("go mod download %s: %w", p.module, err)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %s", p.module, got.Error)
	}
	if got.Sum != p.sum {
		return "", fmt.Errorf("%s has the sum %s instead of %s", p.module, got.Sum, p.sum)
	}
	return got.Dir, nil
}

// add compiles the schemas that a CustomResourceDefinition holds.
func (s Schemas) add(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var definition struct {
		Spec struct {
			Group    string
			Names    struct{ Kind string }
			Versions []struct {
				Name   string
				Schema struct{ OpenAPIV3Schema map[string]any }
			}
		}
	}
	if err := yaml.Unmarshal(text, &definition); err != nil {
		return err
	}
	for _, version := range definition.Spec.Versions {
		schema := version.Schema.OpenAPIV3Schema
		refuseUnknown(schema)
		// The API server knows the fields of metadata by itself, and our types do.
		schema["properties"].(map[string]any)["metadata"] = map[string]any{"type": "object", "required": []any{"name"}}
		schema["required"] = []any{"apiVersion", "kind", "metadata", "spec"}
		id := fmt.Sprintf("%s/%s %s", definition.Spec.Group, version.Name, definition.Spec.Names.Kind)
		compiler := jsonschema.NewCompiler()
		// The dialect that OpenAPI 3.0 follows.
		compiler.DefaultDraft(jsonschema.Draft4)
		if err := compiler.AddResource("schema.json", schema); err != nil {
			return err
		}
		if s.byKind[id], err = compiler.Compile("schema.json"); err != nil {
			return err
		}
	}
	return nil
}

// refuseUnknown closes all objects of a structural schema: where it names no further fields, the API server drops them.
func refuseUnknown(schema map[string]any) {
	_, isMap := schema["additionalProperties"]
	keepsUnknown := schema["x-kubernetes-preserve-unknown-fields"] == true
	if schema["type"] == "object" && !isMap && !keepsUnknown {
		schema["additionalProperties"] = false
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if inner, isSchema := schema[name].(map[string]any); isSchema {
			refuseUnknown(inner)
		}
	}
	if properties, has := schema["properties"].(map[string]any); has {
		for _, property := range properties {
			refuseUnknown(property.(map[string]any))
		}
	}
}
