import UnmarkedCore
import XCTest

@testable import Unmarked

/// The vectors that Rust, Kotlin and Swift read alike.
final class VectorTests: XCTestCase {
    func testEachPhotoIsCleanedOrRefusedAsItSays() async throws {
        for file in Vector.files {
            var released = 0
            for vector in try Vector.read(file) {
                let photo = try XCTUnwrap(try vector.bytes("in"), "\(vector) has no in")
                let policy = try vector.policy()
                let expected = try vector.bytes("out")
                if let expected {
                    let clean = try await clean(.data(photo), policy: policy)
                    let bytes = try clean.data()
                    XCTAssertEqual(bytes, expected, "\(vector)")
                    XCTAssertEqual(try checkPhoto(photo: bytes), .clean, "\(vector)")
                    released += 1
                } else if let word = vector.values["refused"] {
                    let kind = try XCTUnwrap(Self.kind(word), "\(vector) refused = \(word)")
                    await refusal(of: .data(photo), kind, policy: policy, "\(vector)")
                } else {
                    XCTAssertNotNil(vector.values["check"], "\(vector) expects nothing")
                }
            }
            XCTAssertGreaterThan(released, 0, "no vector of \(file) expects a clean photo")
        }
    }

    func testEachPhotoIsJudgedAsItSays() throws {
        for file in Vector.files {
            var checked = 0
            for vector in try Vector.read(file) {
                guard let expected = vector.values["check"] else { continue }
                let photo = try XCTUnwrap(try vector.bytes("in"), "\(vector) has no in")
                XCTAssertEqual(Self.word(try checkPhoto(photo: photo)), expected, "\(vector)")
                checked += 1
            }
            XCTAssertGreaterThan(checked, 0, "no vector of \(file) has a verdict")
        }
    }

    func testARecordsSettingsAreItsPolicy() throws {
        func policy(_ settings: [String: String]) throws -> CleaningPolicy {
            try Vector(file: "t", name: "x", values: settings.merging(["in": "00"]) { $1 }).policy()
        }
        let settings = [
            "method": "rebuild", "longest_edge": "11", "quality": "70", "grey": "true", "redact": "1,2,3,4",
        ]
        let shape = RedactionShape.rectangle(x: 1, y: 2, width: 3, height: 4)
        let rebuild = RebuildSettings(longestEdge: 11, quality: 70, maxBytes: nil, grey: true, redactions: [shape])
        XCTAssertEqual(
            try policy(settings), CleaningPolicy(method: .rebuild, rebuildIfRefused: false, rebuild: rebuild, channel: nil))
        let whole = RebuildSettings(longestEdge: nil, quality: 90, maxBytes: nil, grey: false, redactions: [])
        XCTAssertEqual(
            try policy([:]), CleaningPolicy(method: .strip, rebuildIfRefused: false, rebuild: whole, channel: nil))
        XCTAssertEqual(try policy(["method": "recode"]).method, .recode)
        for (key, value) in [
            ("later", "1"), ("method", "blur"), ("longest_edge", "-1"), ("quality", "256"), ("grey", "yes"),
            ("redact", "1,2,3"), ("redact", "1,2,3,"),
        ] {
            XCTAssertThrowsError(try policy([key: value]), "\(key) = \(value)")
        }
    }

    func testTheReaderTakesNothingForGranted() throws {
        let text = "# where it is from\n\n[one]\nin = 00ffA0\nlater = x = y\n[two]\nin = 0\n[empty]\nin =\n"
        let vectors = try Vector.parse(text, file: "t")
        XCTAssertEqual(vectors.map(\.name), ["one", "two", "empty"])
        XCTAssertEqual(try vectors[0].bytes("in"), Data([0, 255, 160]))
        XCTAssertEqual(vectors[0].values["later"], "x = y")
        XCTAssertNil(try vectors[0].bytes("out"))
        XCTAssertEqual(try vectors[2].bytes("in"), Data())
        XCTAssertThrowsError(try vectors[1].bytes("in"))
        XCTAssertThrowsError(try Vector(file: "t", name: "x", values: ["in": "0g"]).bytes("in"))
        XCTAssertThrowsError(try Vector.parse("# nothing\n", file: "t"))
        XCTAssertThrowsError(try Vector.parse("in = 00\n", file: "t"))
        XCTAssertThrowsError(try Vector.parse("[one]\nnonsense\n", file: "t"))
        XCTAssertThrowsError(try Vector.parse("[one]\nin = 00\nin = 01\n", file: "t"))
        XCTAssertThrowsError(try Vector.read("no such file.txt"))
    }

    private static func kind(_ refused: String) -> PhotoProblem.Kind? {
        switch refused {
        case "not_a_photo": return .notAPhoto
        case "unsupported": return .unsupported
        case "damaged": return .damaged
        case "too_large": return .tooLarge
        case "failed": return .failed
        default: return nil
        }
    }

    private static func word(_ verdict: PhotoVerdict) -> String {
        switch verdict {
        case .clean: return "clean"
        case .carries: return "carries"
        case .cannotTell: return "cannot_tell"
        }
    }
}
