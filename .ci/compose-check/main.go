// Loads a compose file as Docker Compose does, once for each set of profiles, and fails where Docker Compose would.
package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	file := os.Args[1]
	for _, profiles := range [][]string{nil, {"demo"}, {"postgres"}, {"*"}} {
		services, err := load(file, profiles)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s, profiles %v: %v\n", file, profiles, err)
			os.Exit(1)
		}
		fmt.Printf("%s, profiles %v: %s\n", file, profiles, strings.Join(services, " "))
	}
}

func load(file string, profiles []string) ([]string, error) {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithProfiles(profiles), cli.WithOsEnv)
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	services := project.ServiceNames()
	sort.Strings(services)
	return services, nil
}
