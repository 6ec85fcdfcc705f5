package cnnlib

import (
	"fmt"
	"strconv"
	"strings"
)

// fields collects the fields of a struct literal.
type fields []string

func (f *fields) add(name, value string) { *f = append(*f, name+": "+value) }

// int adds a number, unless it is the zero value.
func (f *fields) int(name string, value int) {
	if value != 0 {
		f.add(name, strconv.Itoa(value))
	}
}

// float adds a number, unless it is the zero value.
func (f *fields) float(name string, value float64) {
	if value != 0 {
		f.add(name, strconv.FormatFloat(value, 'g', -1, 64))
	}
}

func (f fields) literal(name string) string {
	return fmt.Sprintf("%s{%s}", name, strings.Join(f, ", "))
}
