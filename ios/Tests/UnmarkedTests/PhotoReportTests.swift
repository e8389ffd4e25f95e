import UnmarkedCore
import XCTest

@testable import Unmarked

final class PhotoReportTests: XCTestCase {
    func testARealPhotosReport() async throws {
        let report = PhotoReport(try await clean(.data(TestPhoto().bytes)).receipt())
        let lines = report.found.flatMap(\.lines)
        XCTAssertTrue(lines.contains { $0.contains("\(TestPhoto.mark)-MAKE") }, "\(lines)")
        XCTAssertTrue(lines.contains { $0.contains("\(TestPhoto.mark)-ARTIST") }, "\(lines)")
        XCTAssertTrue(report.summary.contains("\(lines.count)"), report.summary)
        XCTAssertFalse(report.remaining.isEmpty)
        XCTAssertFalse(report.kept.isEmpty)
        XCTAssertFalse(report.found.contains { $0.betrays == .structure })
    }

    func testGroupsInTheOrderPeopleAsk() {
        let report = PhotoReport(receipt([.unknown, .device, .place, .structure, .device]))
        XCTAssertEqual(report.found.map(\.betrays), [.place, .device, .unknown])
        XCTAssertEqual(report.found.map(\.title), ["Place", "Device", "Unknown bytes"])
        XCTAssertEqual(report.found[1].lines, ["label 1: value", "label 4: value"])
    }

    func testHowMuchWasFound() {
        XCTAssertTrue(PhotoReport(receipt([])).summary.contains("was given"))
        XCTAssertTrue(PhotoReport(receipt([.time])).summary.hasPrefix("One thing"))
        XCTAssertTrue(PhotoReport(receipt([.time, .time])).summary.hasPrefix("2 things"))
        XCTAssertTrue(PhotoReport(receipt([.time], more: true)).summary.hasPrefix("More than 1 "))
    }

    /// The system may have withheld the place, so its absence is never told as a fact.
    func testAPlaceThatWasNotFoundMayHaveBeenWithheld() {
        XCTAssertTrue(PhotoReport(receipt([.time])).warnings.contains(Words.placeMayBeWithheld))
        XCTAssertFalse(PhotoReport(receipt([.place])).warnings.contains(Words.placeMayBeWithheld))
    }

    func testWhatCleaningCannotChangeIsAlwaysSaid() {
        for found in [[], [Betrayal.place]] {
            let warnings = PhotoReport(receipt(found)).warnings
            XCTAssertTrue(warnings.contains { $0.contains("original") && $0.contains("iCloud") })
        }
    }

    func testThatSignalShrinksIsSaidWhereItDoes() {
        for (edge, shrinks) in [(0, true), (1600, false), (1601, true)] as [(UInt32, Bool)] {
            for (width, height) in [(edge, min(edge, 9)), (min(edge, 9), edge)] {
                let warnings = PhotoReport(receipt([], width: width, height: height)).warnings
                XCTAssertEqual(warnings.contains { $0.contains("1600") }, shrinks, "\(width) × \(height)")
            }
        }
    }

    private func receipt(
        _ betrayals: [Betrayal], more: Bool = false, width: UInt32 = 4000, height: UInt32 = 3000
    ) -> PhotoReceipt {
        let found = betrayals.enumerated().map { place, betrayal in
            PhotoFinding(
                betrays: betrayal, carrier: .exif, segment: "APP1", offset: 2, length: 8,
                label: "label \(place)", value: "value"
            )
        }
        return PhotoReceipt(
            method: .strip, format: "JPEG", formatBefore: "JPEG", bytesBefore: 10, bytesAfter: 5, width: width, height: height, found: found, more: more, removed: [], kept: [], notes: [],
            remaining: [RemainingRisk(kind: .pictureContent, words: "what the picture shows")]
        )
    }
}
