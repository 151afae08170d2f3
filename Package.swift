// swift-tools-version: 6.1
import PackageDescription

/// Settings for every Swift target: imports say what they re-export, and existentials are visible where they cost.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of ours: folder, target and module share one name, and it may import only what it names here.
func module(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module, with the worlds they run in.
func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies + ["FoundlingTesting"], swiftSettings: strict)
}

let package = Package(
    name: "foundling",
    products: [.executable(name: "foundling", targets: ["foundling"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Without TLS, which is a proxy's work: a cold build takes half the time.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        module("FoundlingSeam"),
        module("FoundlingCore", "CPCRE2", "FoundlingSeam"),
        module("FoundlingManifest", "FoundlingCore", .product(name: "Yams", package: "Yams")),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        module(
            "FoundlingCatalog", "CLinux", "CPostgres", "CMariaDB", "FoundlingSeam", "FoundlingCore",
            .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift")),
        module("FoundlingStore", "CLinux", "FoundlingSeam", "FoundlingCore"),
        module("FoundlingReport", "FoundlingCore", .product(name: "Mustache", package: "swift-mustache")),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CLedger", linkerSettings: [.linkedLibrary("sqlite3")]),
        module(
            "FoundlingCustody", "CLinux", "CLedger", "CCrypto", "FoundlingSeam", "FoundlingCore", "FoundlingStore",
            .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift")),
        module(
            "FoundlingOutbox", "FoundlingSeam", "FoundlingCore", "FoundlingCatalog", "FoundlingStore",
            "FoundlingCustody"),
        module(
            "FoundlingPipeline", "FoundlingSeam", "FoundlingCore", "FoundlingManifest", "FoundlingCatalog",
            "FoundlingStore", "FoundlingCustody", "FoundlingOutbox"),
        module(
            "FoundlingHistory", "CLinux", "FoundlingCore", "FoundlingStore",
            .product(name: "GRDB", package: "GRDB.swift")),
        module(
            "FoundlingServer", "CCrypto", "CLinux", "FoundlingCore", "FoundlingManifest", "FoundlingStore",
            "FoundlingCatalog", "FoundlingCustody", "FoundlingReport", "FoundlingHistory", "FoundlingPipeline",
            .product(name: "Hummingbird", package: "hummingbird"),
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "HTTPTypes", package: "swift-http-types"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")),
        module("FoundlingDemo", "FoundlingCore", .product(name: "GRDB", package: "GRDB.swift")),
        module("FoundlingDrill", "FoundlingCore", .product(name: "GRDB", package: "GRDB.swift")),
        .systemLibrary(name: "CXattr"),
        module(
            "FoundlingTesting", "CXattr", "FoundlingSeam", "FoundlingCore",
            .product(name: "GRDB", package: "GRDB.swift")),
        module(
            "FoundlingFuzzing", "FoundlingCore", "FoundlingManifest", "FoundlingCatalog", "FoundlingCustody",
            "FoundlingHistory", "FoundlingTesting"),
        module(
            "FoundlingCLI", "FoundlingCore", "FoundlingManifest", "FoundlingCatalog", "FoundlingStore",
            "FoundlingReport", "FoundlingPipeline", "FoundlingServer", "FoundlingDemo", "FoundlingDrill",
            .product(name: "ArgumentParser", package: "swift-argument-parser")),
        .executableTarget(name: "foundling", dependencies: ["FoundlingCLI"], swiftSettings: strict),

        tests("FoundlingCore", "FoundlingCore"),
        tests("FoundlingManifest", "FoundlingCore", "FoundlingManifest"),
        .testTarget(
            name: "FoundlingReportTests", dependencies: ["FoundlingCore", "FoundlingReport", "FoundlingTesting"],
            exclude: ["Golden"], swiftSettings: strict),
        tests("FoundlingPipeline", "FoundlingCore", "FoundlingManifest", "FoundlingPipeline", "FoundlingStore"),
        tests(
            "FoundlingCatalog", "FoundlingCore", "FoundlingManifest", "FoundlingCatalog", "FoundlingPipeline",
            "foundling"),
        tests("FoundlingOutbox", "FoundlingSeam", "FoundlingCore", "FoundlingCatalog", "FoundlingOutbox", "foundling"),
        .testTarget(
            name: "FoundlingCustodyTests",
            dependencies: [
                "CXattr", "FoundlingSeam", "FoundlingCore", "FoundlingManifest", "FoundlingCustody",
                "FoundlingPipeline", "FoundlingTesting", "foundling",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        tests("FoundlingHistory", "FoundlingCore", "FoundlingHistory"),
        tests(
            "FoundlingServer", "FoundlingCore", "FoundlingManifest", "FoundlingHistory", "FoundlingPipeline",
            "FoundlingReport", "FoundlingServer", "foundling",
            .product(name: "HTTPTypes", package: "swift-http-types")),
        tests("FoundlingFuzzing", "FoundlingCore", "FoundlingFuzzing"),
        tests("FoundlingTorture", "foundling"),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["CXattr", "FoundlingSeam", "FoundlingCore", "FoundlingTesting", "foundling"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "IncidentTests", dependencies: ["FoundlingSeam", "FoundlingTesting", "foundling"],
            swiftSettings: strict),
    ]
)

// A fuzzer has no main of its own, so that it links only where libFuzzer is: see script/fuzz.
if Context.environment["FOUNDLING_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["FoundlingFuzzing"], path: "Fuzz", exclude: ["Corpus", "Words"],
            swiftSettings: strict))
}
