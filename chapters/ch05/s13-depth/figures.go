package depth

import "cnnbook/chapters"

func figures() []chapters.Figure { return nil }
