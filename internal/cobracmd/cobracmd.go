// Package cobracmd makes the commands of package main in one form. It is apart from
// the packages that have commands, because several do.
package cobracmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

// New returns a command that does something. use and short are cobra's; nil args takes any
// number of arguments. run gets the context of ExecuteContext and the arguments.
func New(use, short string, args cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args) },
	}
}

// Group returns a command that only has others: alone it prints its help. Errors are
// left to the caller of ExecuteContext, who prints them without the usage.
func Group(name, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs, SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(commands...)
	return cmd
}

// Status is the exit status of a program whose command returned err: 0 without an error,
// what the error asks for with a method ExitStatus, else 1.
func Status(err error) int {
	if err == nil {
		return 0
	}
	var asks interface{ ExitStatus() int }
	if errors.As(err, &asks) {
		return asks.ExitStatus()
	}
	return 1
}

// JSON gives a command the flag --json, and returns the command.
func JSON(cmd *cobra.Command, asJSON *bool) *cobra.Command {
	cmd.Flags().BoolVar(asJSON, "json", false, "print JSON with stable field names")
	return cmd
}
