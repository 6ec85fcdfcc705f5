package bottleneck

// The worked solutions. Readers are shown each as it stands here, so none calls another
// function of the package.
