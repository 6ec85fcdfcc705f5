// Package checkpoint x
package checkpoint
