package data

// The names of the classes: the name of label k has index k. The English names are
// the sets' authors' own; the names with ZH are in Chinese.
var (
	MNISTNames          = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	FashionMNISTNames   = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}
	FashionMNISTNamesZH = []string{"T恤/上衣", "裤子", "套头衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴"}
	CIFAR10Names        = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
	CIFAR10NamesZH      = []string{"飞机", "汽车", "鸟", "猫", "鹿", "狗", "青蛙", "马", "船", "卡车"}
)
