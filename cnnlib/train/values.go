package train

import (
	"fmt"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// values are copies of variables, by their paths without the leading "/".
type values map[string]*tensors.Tensor

// Weights returns copies of the network's variables, by their paths, for instance
// "0/weights"; running averages are among them.
func (m *Model) Weights() (map[string]*tensors.Tensor, error) {
	all, err := m.snapshot()
	if err != nil {
		return nil, err
	}
	weights := map[string]*tensors.Tensor{}
	for path, v := range all {
		if inside, ok := strings.CutPrefix(path, netScope+"/"); ok {
			weights[inside] = v
		}
	}
	return weights, nil
}

// setWeights puts values that Weights returned back. They stay usable.
func (m *Model) setWeights(weights values) error {
	for path, value := range weights {
		if err := m.set(netScope+"/"+path, value); err != nil {
			return err
		}
	}
	return nil
}

// snapshot copies all variables of the store: those of the network, of the
// optimizer, the averages and the number of steps.
func (m *Model) snapshot() (values, error) {
	all := values{}
	for v := range m.store.IterVariables() {
		t, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
		if all[v.Path()[1:]], err = t.LocalClone(); err != nil {
			return nil, fmt.Errorf("train: copying %s: %w", v.Path(), err)
		}
	}
	return all, nil
}

// restore brings the store back to a snapshot, which stays usable. Variables that
// have come since then get the zeros that they began with.
func (m *Model) restore(all values) error {
	for v := range m.store.IterVariables() {
		if _, ok := all[v.Path()[1:]]; !ok {
			if err := v.SetValue(tensors.FromShape(v.Shape())); err != nil {
				return fmt.Errorf("train: %w", err)
			}
		}
	}
	for path, value := range all {
		if err := m.set(path, value); err != nil {
			return err
		}
	}
	return nil
}

// set gives a variable a copy of the value, and makes the variable if the store
// has none of that name. Only what is not trained is made so: the network is built
// before.
func (m *Model) set(path string, value *tensors.Tensor) error {
	copied, err := value.LocalClone()
	if err != nil {
		return fmt.Errorf("train: copying %s: %w", path, err)
	}
	v := m.store.GetVariable("/" + path)
	if v == nil {
		if v, err = m.store.CreateVariable("/"+path, copied); err != nil {
			return fmt.Errorf("train: %w", err)
		}
		v.Trainable = false
		return nil
	}
	if !v.Shape().Equal(value.Shape()) {
		return fmt.Errorf("train: the variable %s is %v, the value for it %v: they belong to different networks", path, v.Shape(), value.Shape())
	}
	return v.SetValue(copied)
}

// averageScope is where the averages of the network's parameters are in the store.
const averageScope = "average"

// averageOf returns the full path of the average of a parameter.
func averageOf(parameter *model.Variable) string {
	return "/" + averageScope + strings.TrimPrefix(parameter.Path(), "/"+netScope)
}

// startAverages makes the averages, which begin with the weights.
func (m *Model) startAverages() error {
	var list []*model.Variable // the store must not grow while it is walked
	for v := range m.store.IterVariables() {
		if v.Trainable {
			list = append(list, v)
		}
	}
	for _, v := range list {
		t, err := v.Value()
		if err != nil {
			return fmt.Errorf("train: %w", err)
		}
		if err := m.set(averageOf(v)[1:], t); err != nil {
			return err
		}
	}
	return nil
}

// takeAverages replaces the parameters among the weights by their averages in the
// snapshot.
func (m *Model) takeAverages(weights, snapshot values) {
	for path := range weights {
		if average, ok := snapshot[averageScope+"/"+path]; ok {
			weights[path] = average
		}
	}
}
