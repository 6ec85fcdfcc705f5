package larger

import "cnnbook/chapters"

func figures() []chapters.Figure { return nil }
