package kernel

import (
	"os"
	"os/exec"
	"strings"
)

// Shell commands of a cell, which GoNB starts itself, get a process in between too: it
// is this program, called "shell" or "run". Their output is cut like that of a cell, and
// an interrupt reaches all that they have started.

// throughUs puts this program before the shell commands of a cell. It changes no line
// but those.
func throughUs(code []string, self string) []string {
	code = append([]string{}, code...)
	if isCellMagic(code[0]) {
		prefix := ""
		line := code[0]
		if rest, ok := strings.CutPrefix(line, commandPrefix); ok {
			prefix, line = commandPrefix, rest
		}
		quoted := `%%script "` + strings.ReplaceAll(self, `"`, `\"`) + `" run `
		switch word, rest, _ := strings.Cut(line, " "); {
		case word == "%%script" && strings.TrimSpace(rest) != "":
			code[0] = prefix + quoted + rest
		case (word == "%%bash" || word == "%%sh") && strings.TrimSpace(rest) == "":
			code[0] = prefix + quoted + word[2:]
		}
		return code
	}
	special, _ := specialLines(code)
	for i := 0; i < len(code); i++ {
		prefix := ""
		line := code[i]
		if rest, ok := strings.CutPrefix(line, commandPrefix); ok {
			prefix, line = commandPrefix, rest
		}
		if !special[i] || line[0] != '!' {
			continue
		}
		last := i // a \ at the end continues the command
		for last+1 < len(code) && special[last+1] && strings.HasSuffix(code[last], `\`) {
			last++
		}
		if strings.HasSuffix(code[last], `\`) {
			continue // nothing follows
		}
		start := "!"
		line = strings.TrimLeft(line[1:], " \t")
		if rest, ok := strings.CutPrefix(line, "*"); ok { // in GoNB's folder
			start, line = "!*", rest
		}
		if line == "" {
			continue
		}
		code[i] = line
		for j := i; j <= last; j++ {
			code[j] = strings.ReplaceAll(code[j], "'", `'\''`)
		}
		code[i] = prefix + start + `exec "$` + EnvProgram + `" shell '` + code[i]
		code[last] += "'"
		i = last
	}
	return code
}

// RunShell runs a command of bash, as GoNB would; it is else like [RunCell].
func RunShell(command string) int { return RunProgram("/bin/bash", "-c", command) }

// RunProgram runs a program with its arguments; it is else like [RunCell].
func RunProgram(name string, args ...string) int {
	r := runner{streams: []*stream{{to: os.Stdout}, {to: os.Stderr}}, group: true}
	return r.status(exec.Command(name, args...))
}
