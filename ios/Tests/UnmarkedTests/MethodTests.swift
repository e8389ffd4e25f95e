import Foundation
import UnmarkedCore
import XCTest

@testable import Unmarked

/// The three methods, settings and presets, through the binding.
final class MethodTests: XCTestCase {
    private let photo = TestPhoto(blocks: 40)

    func testEachMethodGivesACleanPhotoAndSaysWhichItWas() async throws {
        for method in [CleaningMethod.strip, .recode, .rebuild] {
            let outgoing = try await clean(.data(photo.bytes), policy: CleaningPolicy(method: method))
            let bytes = try outgoing.data()
            XCTAssertEqual(try checkPhoto(photo: bytes), .clean, "\(method)")
            XCTAssertNil(bytes.range(of: Data(TestPhoto.mark.utf8)), "\(method)")
            let receipt = try outgoing.receipt()
            XCTAssertEqual(receipt.method, method)
            XCTAssertEqual([receipt.width, receipt.height], [320, 320])
        }
    }

    func testTheUsualRoadDrawsADamagedPhotoAgainAndSaysSo() async throws {
        let whole = photo.bytes
        let damaged = whole.prefix(whole.count - (TestPhoto.mark.utf8.count + 8 + 300))
        let problem = await refusal(of: .data(damaged), .damaged)
        XCTAssertTrue(problem?.advice.contains("Rebuild") == true, "\(String(describing: problem))")

        let outgoing = try await PhotoCleaner(limit: .app).clean(.data(damaged))
        XCTAssertEqual(try checkPhoto(photo: try outgoing.data()), .clean)
        let receipt = try outgoing.receipt()
        XCTAssertEqual(receipt.method, .rebuild)
        XCTAssertEqual(receipt.notes.prefix(2).map(\.kind), [.rebuiltInstead, .missing])
        let notes = PhotoReport(receipt).notes
        XCTAssertTrue(notes[0].hasPrefix("Drawn again by Rebuild, because Strip refused it: "), "\(notes)")
        XCTAssertTrue(notes[1].hasSuffix(" % of the picture was missing or damaged: look at it before you send it."), "\(notes)")
    }

    func testAPresetMeansThatSignalNeedNotScale() async throws {
        let large = TestPhoto(blocks: 256, marked: false).bytes
        let shrinks = { (photo: OutgoingPhoto) in
            PhotoReport(try photo.receipt()).warnings.contains(Words.signalShrinks)
        }
        let asItIs = try await clean(.data(large))
        XCTAssertTrue(try shrinks(asItIs))
        let fitted = try await clean(.data(large), policy: channelPolicy(channel: .signalIos))
        XCTAssertFalse(try shrinks(fitted))
        XCTAssertLessThanOrEqual(fitted.size, 1 << 20)
    }

    func testOnlyRebuildCovers() async throws {
        let shape = RedactionShape.rectangle(x: 16, y: 16, width: 32, height: 32)
        let settings = RebuildSettings(redactions: [shape])
        for method in [CleaningMethod.strip, .recode] {
            do {
                _ = try await clean(.data(photo.bytes), policy: CleaningPolicy(method: method, rebuild: settings))
                XCTFail("released")
            } catch let problem as PhotoProblem {
                XCTAssertEqual(problem.kind, .failed)
                XCTAssertTrue(problem.reason.contains("Rebuild"), problem.reason)
            }
        }
        let covered = try await clean(.data(photo.bytes), policy: CleaningPolicy(method: .rebuild, rebuild: settings))
        XCTAssertTrue(try covered.receipt().notes.contains { $0.kind == .covered })
    }

    func testPixelsOfAPlatformsDecoder() throws {
        let (width, height) = (64, 48)
        let rgba = Data((0..<(width * height)).flatMap { _ in [200, 100, 50, 255] as [UInt8] })
        func rebuilt(stride: Int, orientation: UInt8) throws -> CleanPhoto {
            try rebuildPixels(
                photo: Data(), rgba: rgba, width: UInt32(width), height: UInt32(height), stride: UInt32(stride),
                orientation: orientation, policy: CleaningPolicy(method: .rebuild)
            )
        }
        let upright = try rebuilt(stride: width * 4, orientation: 1).receipt()
        XCTAssertEqual([upright.width, upright.height], [64, 48])
        let turned = try rebuilt(stride: width * 4, orientation: 6).receipt()
        XCTAssertEqual([turned.width, turned.height], [48, 64])
        XCTAssertThrowsError(try rebuilt(stride: width * 4 - 1, orientation: 1))
        XCTAssertThrowsError(try rebuilt(stride: width * 4 + 1, orientation: 1))
    }
}
