package xla

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// A receipt says what Install put into a folder. It is written before the
// folder gets its name, so a folder with a receipt is complete.
type receipt struct {
	Package string            `json:"package"`
	Version string            `json:"version"`
	Kind    string            `json:"kind"`
	Source  string            `json:"source"`
	Plugin  string            `json:"plugin"` // relative to the folder
	Size    int64             `json:"size"`
	SHA256  string            `json:"sha256"`   // of the plugin
	Files   map[string]string `json:"download"` // file name to SHA-256
}

const receiptName = "receipt.json"

func readReceipt(folder string) (*receipt, error) {
	data, err := os.ReadFile(filepath.Join(folder, receiptName))
	if err != nil {
		return nil, err
	}
	r := new(receipt)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, err
	}
	if !filepath.IsLocal(filepath.FromSlash(r.Plugin)) {
		return nil, fmt.Errorf("plugin %q is not inside the folder", r.Plugin)
	}
	return r, nil
}
