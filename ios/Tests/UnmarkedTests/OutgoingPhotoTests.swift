import UnmarkedCore
import XCTest

@testable import Unmarked

/// The clean photo, in pieces and through a file descriptor.
final class OutgoingPhotoTests: FolderTestCase {
    /// Larger than two pieces, so that there is a first, a middle and a last one.
    private func large() async throws -> OutgoingPhoto {
        let outgoing = try await clean(.data(TestPhoto(blocks: 1_300).bytes))
        XCTAssertGreaterThan(outgoing.size, 2 * OutgoingPhoto.largestPiece)
        return outgoing
    }

    func testPiecesAndTheDescriptorGiveTheSame() async throws {
        let outgoing = try await large()
        let url = try file("out", Data())
        let descriptor = open(url.path, O_RDWR | O_CLOEXEC)
        XCTAssertGreaterThanOrEqual(descriptor, 0)
        defer { close(descriptor) }
        try outgoing.write(to: descriptor)

        let bytes = try outgoing.data()
        XCTAssertEqual(bytes.count, outgoing.size)
        XCTAssertEqual(bytes, try Data(contentsOf: url))
        XCTAssertEqual(try checkPhoto(photo: bytes), .clean)

        // Still open and still ours: what is written next follows the photo.
        XCTAssertNotEqual(fcntl(descriptor, F_GETFD), -1)
        XCTAssertEqual(lseek(descriptor, 0, SEEK_CUR), off_t(outgoing.size))
        XCTAssertEqual(Foundation.write(descriptor, [7], 1), 1)
    }

    func testThePiecesOfTheCore() async throws {
        let photo = try cleanPhoto(photo: TestPhoto(blocks: 1_300).bytes, policy: CleaningPolicy(method: .strip))
        let size = photo.size()
        XCTAssertEqual(photo.read(offset: 0, length: .max).count, OutgoingPhoto.largestPiece)
        XCTAssertEqual(photo.read(offset: size - 3, length: 100).count, 3)
        XCTAssertTrue(photo.read(offset: size, length: 1).isEmpty)
        XCTAssertTrue(photo.read(offset: .max, length: .max).isEmpty)
        XCTAssertTrue(photo.read(offset: 0, length: 0).isEmpty)
        XCTAssertEqual(photo.fileName(), photo.fileName())
    }

    func testADescriptorThatCannotBeWritten() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        let reading = open(try file("in", Data()).path, O_RDONLY)
        defer { close(reading) }
        for descriptor in [-1, reading] {
            XCTAssertThrowsError(try outgoing.write(to: descriptor)) {
                XCTAssertEqual(($0 as? PhotoProblem)?.kind, .notWritten)
            }
        }
        #if os(Linux)
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        XCTAssertThrowsError(try outgoing.write(to: full)) {
            XCTAssertEqual(($0 as? PhotoProblem)?.kind, .notWritten)
        }
        #endif
        XCTAssertGreaterThan(try outgoing.data().count, 0)
    }

    func testAShareThatIsOverGivesNothing() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        outgoing.finish()
        outgoing.finish()
        XCTAssertThrowsError(try outgoing.data()) { XCTAssertEqual(($0 as? PhotoProblem)?.kind, .finished) }
        XCTAssertThrowsError(try outgoing.receipt()) { XCTAssertEqual(($0 as? PhotoProblem)?.kind, .finished) }
        let url = try file("out", Data())
        let descriptor = open(url.path, O_WRONLY)
        defer { close(descriptor) }
        XCTAssertThrowsError(try outgoing.write(to: descriptor)) {
            XCTAssertEqual(($0 as? PhotoProblem)?.kind, .finished)
        }
        XCTAssertEqual(try Data(contentsOf: url), Data())
    }

    func testManyReadersWhileTheShareEnds() async throws {
        let outgoing = try await large()
        let whole = try outgoing.data()
        await withTaskGroup(of: Void.self) { group in
            for reader in 0..<8 {
                group.addTask {
                    if reader == 4 { outgoing.finish() }
                    // Whole or not at all, whenever the end comes.
                    if let bytes = try? outgoing.data() { XCTAssertEqual(bytes, whole) }
                }
            }
        }
        XCTAssertThrowsError(try outgoing.data())
    }
}
