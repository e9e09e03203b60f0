// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// What every target is built with. `CIVIL_STRICT=1` (set by `make ci`) turns warnings into errors; it is not the default, so that a
/// newer compiler with a new warning never keeps anybody from running the product.
let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (ProcessInfo.processInfo.environment["CIVIL_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])

func algorithm(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Algorithms/\(name)", swiftSettings: settings)
}

func platform(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/Platform/\(name)", resources: resources, swiftSettings: settings)
}

/// A feature knows Algorithms, Platform and, where it names them, People and Needs; no other feature.
func feature(_ name: String, knowing: [Target.Dependency] = []) -> Target {
  .target(
    name: name,
    dependencies: ["Kernel", "Database", "Journal", "Vocabulary", "Localization", "Web", http, log] + knowing,
    path: "Sources/Features/\(name)", swiftSettings: settings)
}

func tests(_ folder: String, _ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(folder)/\(name)Tests", swiftSettings: settings)
}

let http: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
// Its server alone: the rest would add a minute to a first build.
let hummingbird: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")

let package = Package(
  name: "civil-society",
  products: [
    .executable(name: "civil", targets: ["civil"]),
    .library(name: "Retrieval", targets: ["Retrieval"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // C libraries
    .systemLibrary(
      name: "CArgon2", path: "Sources/System/CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .systemLibrary(
      name: "CLibCrypto", path: "Sources/System/CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CLibCurl", path: "Sources/System/CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibPQ", path: "Sources/System/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
      name: "CQRencode", path: "Sources/System/CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CSQLite", path: "Sources/System/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CYAML", path: "Sources/System/CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Algorithms
    algorithm("Retrieval"),

    // Platform
    platform("Kernel", ["Localization", "CArgon2", "CLibCrypto"]),
    platform("Database", ["Kernel"]),
    platform("DatabaseSQLite", ["Kernel", "Database", "CSQLite", log]),
    platform("DatabasePostgreSQL", ["Kernel", "Database", "CLibPQ", log]),
    platform("Journal", ["Kernel", "Database", log]),
    platform("Jobs", ["Kernel", "Database", "Journal", log]),
    platform("Messaging", ["Kernel", "Database", "Journal", "Localization"]),
    // By itself, so that features hand mails over and know nothing of how they travel.
    platform("SMTP", ["Kernel", "Messaging", "Curl", "CLibCurl"]),
    platform("HTTPClient", ["Kernel", "Messaging", "Curl", "CLibCurl"]),
    platform("Curl", ["Kernel", "CLibCurl"]),
    platform("Vocabulary", ["Kernel", "Localization", "Retrieval"], resources: [.copy("Files")]),
    platform("Localization", [], resources: [.copy("Locales")]),
    platform(
      "Web",
      ["Kernel", "Database", "Journal", "Localization", "CQRencode", "CZlib", http, log],
      resources: [.copy("Assets")]),
    // By itself, so that nothing but the command sees the HTTP server, or waits for it when everything is built.
    platform(
      "Server",
      [
        "Kernel", "Web", hummingbird, http, log, nio,
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    // Features
    feature("People", knowing: ["Jobs", "Messaging"]),
    feature("Needs", knowing: ["Jobs", "Messaging", "People", "Retrieval"]),
    feature(
      "Tools",
      knowing: [
        "Retrieval", "People", "Needs", "CYAML",
      ]),
    feature("Prescriptions", knowing: ["Retrieval", "People", "Needs"]),
    feature("Notices", knowing: ["Jobs", "Messaging", "People"]),
    feature("Volunteers", knowing: ["Jobs", "Messaging", "Retrieval", "People", "Needs"]),

    // App
    .target(
      name: "App",
      dependencies: [
        "Kernel", "Database", "DatabaseSQLite", "DatabasePostgreSQL", "Journal", "Jobs", "Vocabulary", "Localization", "Web",
        "Retrieval", "Messaging", "SMTP", "HTTPClient", "People", "Needs", "Tools", "Prescriptions", "Notices", "Volunteers",
        http, log,
      ],
      path: "Sources/App/App", swiftSettings: settings),
    .executableTarget(
      name: "civil",
      dependencies: [
        "Server",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        "App", "Kernel", "Database", "Journal", "Jobs", "Vocabulary", "Localization", "Web", "Retrieval", "Messaging", "SMTP",
        "People", "Needs", "Tools", "Prescriptions", "Volunteers", "DatabaseSQLite", log,
      ],
      path: "Sources/App/civil", swiftSettings: settings),

    // Benchmarks
    .executableTarget(
      name: "bench-writes",
      dependencies: ["App", "Kernel", "Database", "DatabaseSQLite", "Journal", "Needs", "People", "Prescriptions", log],
      path: "Benchmarks/Writes", swiftSettings: settings),

    // Tests
    tests("Algorithms", "Retrieval", ["Retrieval"]),
    tests("Platform", "Kernel", ["Kernel"]),
    tests("Platform", "Localization", ["Localization"]),
    .target(
      name: "TestKit",
      dependencies: [
        "Kernel", "Database", "DatabaseSQLite", "DatabasePostgreSQL", "Web", http, log, nio,
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Tests/TestKit", swiftSettings: settings),
    tests(
      "Platform", "Database", ["Kernel", "Database", "DatabaseSQLite", "DatabasePostgreSQL", "TestKit", log]),
    tests("Platform", "Journal", ["Journal", "Kernel", "Database", "TestKit", log]),
    tests(
      "App", "Application",
      [
        "App", "Kernel", "Database", "Jobs", "Journal", "Localization", "Messaging", "Needs", "Notices", "People",
        "Prescriptions",
        "HTTPClient", "SMTP", "Tools", "Volunteers", "Web",
        "TestKit", http, log,
      ]),
    tests(
      "Features", "Tools",
      [
        "Tools", "Needs", "People", "Web", "Journal", "Kernel", "Database", "Localization", "Vocabulary", "TestKit",
        http, log,
      ]),
    tests("Features", "Needs", ["Needs", "People", "Kernel"]),
    tests("Platform", "Messaging", ["Messaging", "Journal", "Kernel", "Database", "Localization", "TestKit", log]),
    tests("Platform", "Web", ["Web", "Journal", "Kernel", "Localization", http]),
    tests("Platform", "Server", ["Server"]),
    tests("Platform", "SMTP", ["SMTP", "Messaging", "Kernel", "Localization", "TestKit"]),
    tests("Platform", "HTTPClient", ["HTTPClient", "Messaging", "Kernel", "TestKit"]),
    tests(
      "Features", "Notices",
      [
        "Notices", "Messaging", "People", "Jobs", "Journal", "Kernel", "Database", "Localization", "Web", "TestKit",
        http,
        log,
      ]),
    tests("Platform", "Jobs", ["Jobs", "Journal", "Kernel", "Database", "TestKit", log]),
    tests(
      "Features", "People",
      ["People", "Kernel", "Database", "Journal", "Jobs", "Localization", "Messaging", "Web", "TestKit", http, log]),
    tests("App", "Backup", ["App", "Kernel", "Database", "Journal", "TestKit", log]),
  ]
)
