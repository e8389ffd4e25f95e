import UnmarkedCore
import XCTest

@testable import Unmarked

/// The vectors that Rust, Kotlin and Swift read alike.
final class VectorTests: XCTestCase {
    func testStrip() async throws {
        var released = 0
        for vector in try Vector.read("strip.txt") {
            let photo = try XCTUnwrap(try vector.bytes("in"), "[\(vector.name)] has no in")
            let expected = try vector.bytes("out")
            if let expected {
                let clean = try await clean(.data(photo))
                let bytes = try clean.data()
                XCTAssertEqual(bytes, expected, vector.name)
                XCTAssertEqual(try checkPhoto(photo: bytes), .clean, vector.name)
                released += 1
            } else if let word = vector.values["refused"] {
                let kind = try XCTUnwrap(Self.kind(word), "[\(vector.name)] refused = \(word)")
                await refusal(of: .data(photo), kind, "[\(vector.name)]")
            } else {
                XCTAssertNotNil(vector.values["check"], "[\(vector.name)] expects nothing")
            }
        }
        XCTAssertGreaterThan(released, 0, "no vector expects a clean photo")
    }

    func testCheck() throws {
        var checked = 0
        for vector in try Vector.read("strip.txt") {
            guard let expected = vector.values["check"] else { continue }
            let photo = try XCTUnwrap(try vector.bytes("in"), "[\(vector.name)] has no in")
            XCTAssertEqual(Self.word(try checkPhoto(photo: photo)), expected, vector.name)
            checked += 1
        }
        XCTAssertGreaterThan(checked, 0, "no vector has a verdict")
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
        XCTAssertThrowsError(try Vector(name: "x", values: ["in": "0g"]).bytes("in"))
        XCTAssertThrowsError(try Vector.parse("# nothing\n", file: "t"))
        XCTAssertThrowsError(try Vector.parse("in = 00\n", file: "t"))
        XCTAssertThrowsError(try Vector.parse("[one]\nnonsense\n", file: "t"))
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
