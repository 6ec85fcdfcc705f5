// Package commands has the commands of a chapter: `cnnbook claims`, `figures`,
// `measure` and `new`. It is apart from package chapters, which every cell of a notebook
// links.
package commands

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gomlx/compute"
	"github.com/spf13/cobra"

	"cnnbook/chapters"
	"cnnbook/chapters/measure"
)

// With opens a backend ("auto", "go", "xla:cpu", …), hands it to f and closes it.
type With func(ctx context.Context, engine string, f func(backend compute.Backend) error) error

// engineFlag lets the reader choose where claims and figures are computed. It is the
// pure-Go engine if nothing is said: XLA compiles each of some thousand small graphs, which
// takes twenty times as long, and its last digits differ from plugin to plugin, while what
// is committed must be the same everywhere. tests/onxla compute all of it on XLA.
func engineFlag(cmd *cobra.Command, engine *string) {
	cmd.Flags().StringVar(engine, "engine", "go", "where to compute: go, xla:cpu, xla:cuda, auto, or the path of a plugin")
}

// Of returns the commands of a chapter, which print to w. folder is the chapter's,
// for example "chapters/ch05": figures and results are written into it.
func Of(w io.Writer, folder string, sections []chapters.Section, with With) []*cobra.Command {
	return []*cobra.Command{claims(w, sections, with), figures(w, folder, sections, with), measured(w, folder, sections, with), newTopic(w, folder, sections)}
}

func measured(w io.Writer, folder string, sections []chapters.Section, with With) *cobra.Command {
	o := measure.Options{Out: w}
	cmd := &cobra.Command{Use: "measure [SECTION | EXPERIMENT...]", Short: "Train the experiments whose results are not stored",
		Long: "Train the experiments whose results are not stored yet, and print the results of all that are named, or of all there are.\n\n" +
			"A trial that is stored with the recipe of the code is not trained again. Results are written after every trial: Ctrl-C keeps what is done.",
		RunE: func(cmd *cobra.Command, ids []string) error {
			chosen, err := measure.Select(sections, ids)
			if err != nil {
				return err
			}
			return with(cmd.Context(), "auto", func(b compute.Backend) error {
				if len(chosen) == 0 {
					fmt.Fprintln(w, "There is no experiment here.")
				}
				for _, s := range chosen {
					o := o
					if o.Folder == "" {
						o.Folder = path.Join(folder, s.Folder(), "measured")
					}
					if err := measure.Run(cmd.Context(), b, s.Experiments, o); err != nil {
						return err
					}
				}
				return nil
			})
		}}
	cmd.Flags().IntVar(&o.Seeds, "seeds", 0, "seeds of each arm (default: as many as the experiment asks for)")
	cmd.Flags().StringVar(&o.Folder, "out", "", "`folder` of the results (default: measured in the topic's folder)")
	return cmd
}

// owed says which of the topics that were asked for have nothing yet.
func owed(w io.Writer, what string, ids []string) {
	if len(ids) > 0 {
		fmt.Fprintf(w, "Without %s yet: %s\n", what, strings.Join(ids, ", "))
	}
}
