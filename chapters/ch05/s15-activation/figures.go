package activation

import "cnnbook/chapters"

func figures() []chapters.Figure { return nil }
