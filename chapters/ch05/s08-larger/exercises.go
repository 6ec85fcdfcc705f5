package larger

import "cnnbook/chapters"

func exercises() []chapters.Exercise { return nil }
