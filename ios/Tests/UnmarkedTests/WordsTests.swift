import UnmarkedCore
import XCTest

@testable import Unmarked

final class WordsTests: XCTestCase {
    private var table: [String: String] = [:]

    override func setUpWithError() throws {
        let url = try XCTUnwrap(Words.bundle.url(
            forResource: "Localizable", withExtension: "strings", subdirectory: nil, localization: "en"))
        let list = try PropertyListSerialization.propertyList(from: Data(contentsOf: url), format: nil)
        table = try XCTUnwrap(list as? [String: String])
    }

    /// What the shell says of the vault by itself; the rest is the core's.
    private static let vaultsOwn: [VaultProblem.Kind] = [
        .keyLost, .keyDamaged, .deviceLocked, .keychain, .notEmpty, .locked, .storage, .failed,
    ]

    /// A key without words would be shown as it is.
    func testEverySentenceIsThere() {
        var sentences: [String] = []
        for kind in PhotoProblem.Kind.allCases {
            sentences += [Words.title(kind), Words.reason(kind), Words.advice(kind)]
        }
        for kind in Self.vaultsOwn { sentences += [Words.reason(kind), Words.advice(kind)] }
        sentences += (PhotoReport.order + [.structure]).map(Words.title)
        sentences += [Words.originalRemains, Words.placeMayBeWithheld, Words.signalShrinks, Words.otherTargets]
        let fixed = Set(table.filter { !$0.key.hasPrefix("summary.") }.values)
        XCTAssertEqual(Set(sentences), fixed, "a sentence has no words, or words have no use")
    }

    func testCountsAreFilledIn() {
        XCTAssertEqual(Words.summary(count: 12, more: false), "12 things were found and removed.")
        for count in 0...3 {
            for more in [false, true] {
                let words = Words.summary(count: count, more: more)
                XCTAssertFalse(words.contains("%") || words.contains("summary."), words)
            }
        }
    }

    /// Words that promise what no measurement shows.
    func testNothingIsPromised() {
        for (key, words) in table {
            for word in ["anonymous", "untraceable", "guarantee", "no place", "no location", "safe"] {
                XCTAssertFalse(words.lowercased().contains(word), "\(key): \(word)")
            }
        }
    }
}
