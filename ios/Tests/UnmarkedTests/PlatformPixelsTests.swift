import Foundation
import UnmarkedCore
import XCTest

@testable import Unmarked

/// Photos that the core cannot draw, by a decoder that stands in for the platform's.
final class PlatformPixelsTests: XCTestCase {
    /// A photo whose frame header says arithmetic coding (SOF9), with marks.
    private var photo: Data {
        var bytes = TestPhoto().bytes
        if let frame = bytes.range(of: Data([0xFF, 0xC0, 0x00, 0x0B])) { bytes[frame.lowerBound + 1] = 0xC9 }
        return bytes
    }

    /// 3 by 2 pixels, the first row red and half transparent, the second blue.
    @Sendable private static func drawn(_: Data) -> PlatformPixels? {
        let rgba = WipedBuffer(capacity: 24)
        let pixels: [UInt8] = Array(repeating: [255, 0, 0, 128], count: 3).flatMap { $0 }
            + Array(repeating: [0, 0, 255, 255], count: 3).flatMap { $0 }
        rgba.free.copyBytes(from: pixels)
        rgba.used(24)
        return PlatformPixels(width: 3, height: 2, stride: 12, orientation: 6, rgba: rgba)
    }

    private func cleaned(_ policy: CleaningPolicy, by decoder: @escaping PlatformPixels.Decoder) async throws -> OutgoingPhoto {
        try await PhotoCleaner(limit: .app, policy: policy, decoder: decoder).clean(.data(photo))
    }

    func testWhatThePlatformDrawsIsCleanedAndTheReportTellsWhatThePhotoSaid() async throws {
        let outgoing = try await cleaned(PhotoCleaner.usual, by: Self.drawn)
        let bytes = try outgoing.data()
        XCTAssertEqual(try checkPhoto(photo: bytes), .clean)
        XCTAssertNil(bytes.range(of: Data(TestPhoto.mark.utf8)))
        let receipt = try outgoing.receipt()
        XCTAssertEqual(receipt.method, .rebuild)
        let report = PhotoReport(receipt)
        XCTAssertTrue(report.found.flatMap(\.lines).contains { $0.contains("\(TestPhoto.mark)-MAKE") }, "\(report.found)")
        XCTAssertTrue(report.notes.contains { $0.contains("only the decoder of this system can draw it") }, "\(report.notes)")
    }

    func testWhatItCannotDrawIsRefusedInTheCoresWords() async throws {
        do {
            _ = try await cleaned(PhotoCleaner.usual, by: { _ in nil })
            XCTFail("released")
        } catch let problem as PhotoProblem {
            XCTAssertEqual(problem.kind, .unsupported)
            XCTAssertTrue(problem.reason.contains("rithmetic"), problem.reason)
        }
    }

    func testAMethodThatMustNotGiveWayDoesNot() async throws {
        do {
            _ = try await cleaned(CleaningPolicy(method: .strip), by: Self.drawn)
            XCTFail("released")
        } catch let problem as PhotoProblem {
            XCTAssertEqual(problem.kind, .unsupported)
        }
    }

    func testMultiplyingByAlphaIsUndone() throws {
        for alpha in 0...255 {
            for level in 0...255 {
                let buffer = WipedBuffer(capacity: 4)
                let multiplied = UInt8((level * alpha + 127) / 255)
                buffer.free.copyBytes(from: [multiplied, 0, 0, UInt8(alpha)])
                buffer.used(4)
                buffer.unpremultiply()
                let back = buffer.withData { Int($0[0]) }
                // what alpha still tells apart: steps of 255 / alpha levels, and half of one by rounding
                XCTAssertTrue(alpha == 0 ? back == 0 : abs(back - level) * alpha <= 128 + alpha, "\(level) \(alpha) \(back)")
            }
        }
    }
}
