package dimensions

import "cnnbook/chapters"

func figures() []chapters.Figure { return nil }
