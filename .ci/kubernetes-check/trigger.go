package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// TriggerSchema is what KEDA says about the metadata of its trigger for Temporal.
type TriggerSchema struct {
	KedaVersion string
	Parameters  []parameter
}

type parameter struct {
	Name                     string
	Default, Deprecated      string
	Optional                 bool
	MetadataVariableReadable bool
	EnvVariableReadable      bool
}

func readTriggerSchema(path string) (TriggerSchema, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return TriggerSchema{}, err
	}
	var all struct {
		KedaVersion string
		Scalers     []struct {
			Type       string
			Parameters []parameter
		}
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return TriggerSchema{}, err
	}
	for _, scaler := range all.Scalers {
		if scaler.Type == "temporal" {
			return TriggerSchema{KedaVersion: all.KedaVersion, Parameters: scaler.Parameters}, nil
		}
	}
	return TriggerSchema{}, fmt.Errorf("%s: no trigger for Temporal", path)
}

// KEDA's schema calls all values text; these are what its scaler parses them as.
var parsed = map[string]func(string) bool{
	"targetQueueSize":             isCount,
	"activationTargetQueueSize":   isCount,
	"minConnectTimeout":           isCount,
	"enableTLS":                   isBoolean,
	"unsafeSsl":                   isBoolean,
	"includeRunningWorkflowCount": isBoolean,
	"queueTypes":                  isQueueTypes,
}

func isCount(value string) bool {
	_, err := strconv.ParseUint(value, 10, 31)
	return err == nil
}

func isBoolean(value string) bool {
	return value == "true" || value == "false"
}

func isQueueTypes(value string) bool {
	for _, one := range strings.Split(value, ",") {
		if !slices.Contains([]string{"workflow", "activity", "nexus"}, one) {
			return false
		}
	}
	return true
}

// Check says what KEDA would ignore, or refuse once the object is there: it takes any metadata when that is created.
func (s TriggerSchema) Check(metadata map[string]string) []error {
	var failures []error
	fail := func(format string, values ...any) { failures = append(failures, fmt.Errorf(format, values...)) }
	known := map[string]bool{}
	for _, one := range s.Parameters {
		inEnvironment := one.Name + "FromEnv"
		known[one.Name] = one.MetadataVariableReadable
		known[inEnvironment] = one.EnvVariableReadable
		_, isSet := metadata[one.Name]
		_, isFromEnv := metadata[inEnvironment]
		if isSet && one.Deprecated != "" {
			fail("%s: %s", one.Name, one.Deprecated)
		}
		if one.MetadataVariableReadable && !one.Optional && one.Default == "" && !isSet && !isFromEnv {
			fail("%s is missing", one.Name)
		}
	}
	for name, value := range metadata {
		if !known[name] {
			fail("%s is no metadata of this trigger", name)
		}
		if parses, has := parsed[name]; has && !parses(value) {
			fail("%s cannot be %q", name, value)
		}
	}
	return failures
}
