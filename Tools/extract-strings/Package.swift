// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Finds the sentences that the product shows, and keeps the translators' files in step with them. A package of its own, so that
/// swift-syntax never enters the product's build.
///
/// `Sources/ExtractStrings/PortableObject` is a link to the product's reader of `.po` files: both read a file the same way.
let package = Package(
  name: "extract-strings",
  products: [.executable(name: "extract-strings", targets: ["extract-strings"])],
  dependencies: [.package(url: "https://github.com/swiftlang/swift-syntax", exact: "603.0.1")],
  targets: [
    .target(
      name: "ExtractStrings",
      dependencies: [
        .product(name: "SwiftParser", package: "swift-syntax"), .product(name: "SwiftSyntax", package: "swift-syntax"),
      ],
      swiftSettings: settings),
    .executableTarget(name: "extract-strings", dependencies: ["ExtractStrings"], swiftSettings: settings),
    .testTarget(name: "ExtractStringsTests", dependencies: ["ExtractStrings"], swiftSettings: settings),
  ]
)
