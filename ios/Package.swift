// swift-tools-version:5.9
import PackageDescription

// With UNMARKED_CORE_DIR, the folder that holds the core's library for this machine, the package is
// built and tested against it on Linux and macOS. Without it, as an app uses the package, the core
// comes from the XCFramework. A variable and not `#if os(...)`, so that both forms can be checked on
// any machine.
let core: [Target]
let link: [LinkerSetting]
if let folder = Context.environment["UNMARKED_CORE_DIR"], !folder.isEmpty {
    core = [.systemLibrary(name: "unmarkedFFI")]
    link = [
        .unsafeFlags(["-L", folder, "-Xlinker", "-rpath", "-Xlinker", folder]),
        .linkedLibrary("unmarked_mobile"),
    ]
} else {
    core = [.binaryTarget(name: "unmarkedFFI", path: "Frameworks/unmarkedFFI.xcframework")]
    link = []
}

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("StrictConcurrency"),
]

let package = Package(
    name: "Unmarked",
    defaultLocalization: "en",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "Unmarked", targets: ["Unmarked", "UnmarkedCore"])],
    targets: core + [
        .target(name: "UnmarkedCore", dependencies: ["unmarkedFFI"], linkerSettings: link),
        .target(
            name: "Unmarked",
            dependencies: ["UnmarkedCore"],
            resources: [.process("Resources")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "UnmarkedTests",
            dependencies: ["Unmarked", "UnmarkedCore"],
            swiftSettings: strict
        ),
    ]
)
