// swift-tools-version: 6.1
import PackageDescription

/// The same settings as the main package's targets.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "foundling-benchmarks",
    targets: [
        .executableTarget(name: "bench", swiftSettings: strict),
        .executableTarget(name: "list-floor", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(name: "walk-floor", linkerSettings: [.linkedLibrary("pthread")]),
    ]
)
