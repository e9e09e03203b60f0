import Hummingbird
@main struct Civil { static func main() {} }
