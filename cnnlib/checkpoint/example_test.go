package checkpoint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"cnnbook/cnnlib/checkpoint"
)

// The network Conv2D, Flatten, Dense is written for PyTorch, where the layers of
// torch.nn.Sequential have the names 0, 1 (an activation), 2 (Flatten) and 3.
func ExampleWriteWeights() {
	dir, err := os.MkdirTemp("", "weights")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	// Images [6 6 1], 2 kernels 3×3: the convolution returns [4 4 2].
	kernels := checkpoint.Tensor{Name: "0.weight", Shape: []int{3, 3, 1, 2}, Data: make([]float32, 18)}
	dense := checkpoint.Tensor{Name: "3.weight", Shape: []int{4 * 4 * 2, 10}, Data: make([]float32, 320)}
	if kernels, err = checkpoint.ConvToTorch(kernels); err != nil {
		log.Fatal(err)
	}
	if dense, err = checkpoint.FlattenedToTorch(dense, 4, 4, 2); err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "net.safetensors")
	err = checkpoint.WriteWeights(path, []checkpoint.Tensor{
		kernels, {Name: "0.bias", Shape: []int{2}, Data: make([]float32, 2)},
		dense, {Name: "3.bias", Shape: []int{10}, Data: make([]float32, 10)},
	}, map[string]string{"format": "pt"}) // the word by which Python's libraries know PyTorch's layout
	if err != nil {
		log.Fatal(err)
	}

	tensors, metadata, err := checkpoint.ReadWeights(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata)
	for _, t := range tensors {
		fmt.Println(t.Name, t.Shape)
	}
	// Output:
	// map[format:pt]
	// 0.bias [2]
	// 0.weight [2 1 3 3]
	// 3.bias [10]
	// 3.weight [10 32]
}

// One kernel of 1×2 cells for two input channels: here the channel changes
// fastest, in PyTorch the column.
func ExampleConvToTorch() {
	ours := checkpoint.Tensor{Name: "weights", Shape: []int{1, 2, 2, 1}, Data: []float32{1, 10, 2, 20}}
	torch, err := checkpoint.ConvToTorch(ours)
	if err != nil {
		log.Fatal(err)
	}
	back, err := checkpoint.ConvFromTorch(torch)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(torch.Shape, torch.Data)
	fmt.Println(back.Shape, back.Data)
	// Output:
	// [1 2 1 2] [1 2 10 20]
	// [1 2 2 1] [1 10 2 20]
}

func ExampleDenseToTorch() {
	ours := checkpoint.Tensor{Name: "weights", Shape: []int{2, 3}, Data: []float32{
		1, 2, 3,
		4, 5, 6,
	}}
	torch, err := checkpoint.DenseToTorch(ours)
	if err != nil {
		log.Fatal(err)
	}
	back, err := checkpoint.DenseFromTorch(torch)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(torch.Shape, torch.Data)
	fmt.Println(back.Shape, back.Data)
	// Output:
	// [3 2] [1 4 2 5 3 6]
	// [2 3] [1 2 3 4 5 6]
}

// One neuron behind a Flatten of [1 2 2].
func ExampleFlattenedToTorch() {
	ours := checkpoint.Tensor{Name: "weights", Shape: []int{4, 1}, Data: []float32{1, 10, 2, 20}}
	torch, err := checkpoint.FlattenedToTorch(ours, 1, 2, 2)
	if err != nil {
		log.Fatal(err)
	}
	back, err := checkpoint.FlattenedFromTorch(torch, 1, 2, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(torch.Shape, torch.Data)
	fmt.Println(back.Shape, back.Data)
	// Output:
	// [1 4] [1 2 10 20]
	// [4 1] [1 10 2 20]
}

// A run goes on from the newest good checkpoint, or begins anew.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	for range 2 { // the program is started twice
		folder, err := checkpoint.Open(dir, 0)
		if err != nil {
			log.Fatal(err) // for example checkpoint.ErrLocked
		}
		state, _, skipped, err := folder.Latest()
		for _, reason := range skipped {
			fmt.Println(reason)
		}
		switch {
		case errors.Is(err, checkpoint.ErrNone):
			fmt.Println("begins anew")
			state.Description = json.RawMessage(`{"rate": 0.1}`)
			state.Tensors = []checkpoint.Tensor{{Name: "weights", Shape: []int{2}, Data: []float32{0, 0}}}
		case err != nil:
			log.Fatal(err)
		}
		for range 3 { // train
			weights, _ := state.Tensor("weights")
			weights.Data.([]float32)[0]++
			state.Step++
			if _, err := folder.Save(state); err != nil {
				log.Fatal(err)
			}
		}
		fmt.Printf("step %d, weights %v, %s\n", state.Step, state.Tensors[0].Data, state.Description)
		if err := folder.Close(); err != nil {
			log.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "step-*"))
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		fmt.Println(filepath.Base(file))
	}
	// Output:
	// begins anew
	// step 3, weights [3 0], {"rate": 0.1}
	// step 6, weights [6 0], {"rate": 0.1}
	// step-000000000005.ckpt.safetensors
	// step-000000000006.ckpt.safetensors
}

func ExampleLoad() {
	_, err := checkpoint.Load(filepath.Join("testdata", "python.safetensors"))
	var refused *checkpoint.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Reason)
	}
	// Output:
	// a safetensors file of format "np", want a checkpoint, "cnnbook-checkpoint": ReadWeights reads other files
}

func ExampleLatest() {
	_, _, _, err := checkpoint.Latest("missing")
	fmt.Println(err)
	// Output:
	// checkpoint: missing: no checkpoint yet: begin anew, or give another folder
}
