package data

import (
	"errors"
	"fmt"
	"os"

	"cnnbook/internal/home"
)

// ErrMissing is in the error of a data set whose files are not on this machine;
// [errors.Is] finds it.
var ErrMissing = errors.New("is not on this machine")

// A collection is a data set that does not come with this module.
type collection struct {
	name     string // in messages
	key      string // its folder in .cnnbook/data, and the word for download.Fetch
	env      string // the environment variable with the reader's own folder
	packaged string // the folder of a system's package; "" if there is none
	advice   string // how else to get it, a clause that ends in a comma; or ""
	// missing returns the name of a file that dir lacks to be complete, or "".
	missing func(dir string) string
}

// dir returns the folder where the set is, or should be.
func (c *collection) dir() (string, error) {
	if dir := os.Getenv(c.env); dir != "" {
		return dir, nil
	}
	dir, err := home.Folder("data", c.key)
	if c.packaged != "" && (err != nil || c.missing(dir) != "") && c.missing(c.packaged) == "" {
		return c.packaged, nil
	}
	if err != nil {
		return "", fmt.Errorf("data: no folder for %s: %w: or set %s to one", c.name, err, c.env)
	}
	return dir, nil
}

// complete returns the folder where the set is.
func (c *collection) complete() (string, error) {
	dir, err := c.dir()
	if err != nil {
		return "", err
	}
	if name := c.missing(dir); name != "" {
		return "", fmt.Errorf("data: %s %w (%s has no %s): fetch it with go run . data fetch %s in the checkout,%s or set %s to a folder with its files",
			c.name, ErrMissing, dir, name, c.key, c.advice, c.env)
	}
	return dir, nil
}
