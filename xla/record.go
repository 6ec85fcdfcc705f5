package xla

import (
	"encoding/json"
	"io/fs"
	"os"

	"cnnbook/internal/atomicfile"
	"cnnbook/internal/home"
)

// A record says that a file loaded once. Open trusts it as long as the file's
// size and time stay the same: every notebook cell is a fresh process, and a
// child process to try a plugin costs several times what opening it does.
// Failures are not kept: a missing library can be mended without a change to
// the file.
type record struct {
	Size  int64  `json:"size"`
	MTime int64  `json:"mtime_ns"`
	API   string `json:"pjrt_api"`
}

func recordPath() (string, error) { return home.Folder("xla", ".loads.json") }

func readRecords() map[string]record {
	all := make(map[string]record)
	if path, err := recordPath(); err == nil {
		if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &all) != nil {
			return make(map[string]record) // damaged: as good as missing
		}
	}
	return all
}

// recorded returns the PJRT API version of a file that is known to load.
func recorded(path string, info fs.FileInfo) (api string, ok bool) {
	r, ok := readRecords()[path]
	if !ok || r.Size != info.Size() || r.MTime != info.ModTime().UnixNano() {
		return "", false
	}
	return r.API, true
}

// keepRecord is for speed only, so its failure is no error: the next Open tries
// the plugin in a child process again. Of two writers at once the last wins.
func keepRecord(path string, info fs.FileInfo, api string) {
	file, err := recordPath()
	if err != nil {
		return
	}
	all := readRecords()
	for known := range all {
		if _, err := os.Stat(known); err != nil {
			delete(all, known)
		}
	}
	all[path] = record{info.Size(), info.ModTime().UnixNano(), api}
	if data, err := json.MarshalIndent(all, "", "\t"); err == nil {
		_ = atomicfile.Write(file, data, 0o644) // readable, because another user of the same checkout may read it
	}
}
