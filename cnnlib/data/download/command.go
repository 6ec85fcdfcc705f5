package download

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"cnnbook/internal/cobracmd"
)

// Command is `cnnbook data`. log gets what [Fetch] says.
func Command(log io.Writer) *cobra.Command {
	return cobracmd.Group("data", "Manage data sets",
		cobracmd.New("fetch {mnist | fashion-mnist | cifar10}", "Fetch a data set, checked against its pinned SHA-256", cobra.ExactArgs(1),
			func(ctx context.Context, args []string) error { return Fetch(ctx, args[0], log) }))
}
