// Package jupyter is the environment the notebooks run in: a Python virtual
// environment with JupyterLab, the GoNB kernel with its helpers, a kernelspec
// named "cnnbook", and the XLA plugin. [Setup] makes it, [Lab] serves it,
// [Run] executes notebooks in it without a browser, [Doctor] says what is wrong
// with it.
//
// Everything lives in the folder that package internal/home names (.cnnbook in
// the checkout); the reader's home directory is not touched, except by
// [RegisterForUser], which the reader asks for by name.
package jupyter
