import XCTest

@testable import Unmarked

/// The clean photo as a file: whole, private, and gone when it should be.
final class HandoffFileTests: FolderTestCase {
    func testWholeUnderItsNeutralName() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        let handoff = try HandoffFile(outgoing, below: folder)
        XCTAssertEqual(try Data(contentsOf: handoff.url), try outgoing.data())
        XCTAssertEqual(handoff.url.lastPathComponent, outgoing.fileName)
        XCTAssertEqual(try files().map(\.lastPathComponent), [outgoing.fileName], "not alone")

        let file = try FileManager.default.attributesOfItem(atPath: handoff.url.path)
        XCTAssertEqual(file[.posixPermissions] as? Int, 0o600)
        XCTAssertEqual(file[.modificationDate] as? Date, HandoffFile.constantDate)
        let above = try FileManager.default.attributesOfItem(atPath: handoff.url.deletingLastPathComponent().path)
        XCTAssertEqual(above[.posixPermissions] as? Int, 0o700)
    }

    #if canImport(Darwin)
    func testOutsideBackups() async throws {
        let handoff = try HandoffFile(try await clean(.data(TestPhoto().bytes)), below: folder)
        let above = handoff.url.deletingLastPathComponent()
        XCTAssertEqual(try above.resourceValues(forKeys: [.isExcludedFromBackupKey]).isExcludedFromBackup, true)
    }
    #endif

    func testItGoesWhenToldOrWithTheLastReference() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        var handoff: HandoffFile? = try HandoffFile(outgoing, below: folder)
        try handoff?.remove()
        XCTAssertEqual(try files(), [])
        try handoff?.remove()

        handoff = try HandoffFile(outgoing, below: folder)
        XCTAssertEqual(try files().count, 1)
        handoff = nil
        XCTAssertEqual(try files(), [])
    }

    func testTwoOfOnePhotoDoNotMeet() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        let first = try HandoffFile(outgoing, below: folder)
        let second = try HandoffFile(outgoing, below: folder)
        XCTAssertNotEqual(first.url, second.url)
        try first.remove()
        XCTAssertEqual(try Data(contentsOf: second.url), try outgoing.data())
    }

    func testLeftoversOfAnEarlierRun() async throws {
        try HandoffFile.removeLeftovers(below: folder)
        let handoff = try HandoffFile(try await clean(.data(TestPhoto().bytes)), below: folder)
        XCTAssertEqual(try files().count, 1)
        try HandoffFile.removeLeftovers(below: folder)
        XCTAssertEqual(try files(), [])
        try handoff.remove()
    }

    func testWhatCannotBeWrittenLeavesNothing() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        let notAFolder = try file("file", Data())
        XCTAssertThrowsError(try HandoffFile(outgoing, below: notAFolder)) {
            XCTAssertEqual(($0 as? PhotoProblem)?.kind, .notWritten)
        }
        outgoing.finish()
        XCTAssertThrowsError(try HandoffFile(outgoing, below: folder)) {
            XCTAssertEqual(($0 as? PhotoProblem)?.kind, .finished)
        }
        XCTAssertEqual(try files(), [notAFolder])
    }
}
