import UnmarkedCore
import XCTest

@testable import Unmarked

/// From what another app hands over to the bytes for the share sheet.
final class CleaningTests: FolderTestCase {
    func testMarksGoAndThePictureStays() async throws {
        let photo = TestPhoto().bytes
        XCTAssertNotNil(photo.range(of: Data(TestPhoto.mark.utf8)))
        guard case .carries(let findings) = try checkPhoto(photo: photo) else { return XCTFail("no mark was planted") }
        XCTAssertFalse(findings.isEmpty)

        let withoutMarks = try await cleanBytes(TestPhoto(marked: false).bytes)
        for incoming in [IncomingPhoto.data(photo), .file(try file("IMG_0001.JPG", photo))] {
            let outgoing = try await clean(incoming)
            let bytes = try outgoing.data()
            XCTAssertEqual(try checkPhoto(photo: bytes), .clean)
            XCTAssertNil(bytes.range(of: Data(TestPhoto.mark.utf8)))
            XCTAssertEqual(bytes, withoutMarks, "marks had a way into the output")
        }
    }

    func testTheItemSaysNothingOfTheInput() async throws {
        let outgoing = try await clean(.file(try file("\(TestPhoto.mark).jpeg", TestPhoto().bytes)))
        XCTAssertEqual(outgoing.mediaType, "image/jpeg")
        XCTAssertEqual(outgoing.typeIdentifier, "public.jpeg")
        XCTAssertEqual(outgoing.size, try outgoing.data().count)
        XCTAssertFalse(outgoing.fileName.contains(TestPhoto.mark))
        XCTAssertTrue(outgoing.fileName.hasSuffix(".jpg"))
        XCTAssertEqual(URL(fileURLWithPath: "/" + outgoing.fileName).lastPathComponent, outgoing.fileName)
    }

    func testTheInputIsLeftAlone() async throws {
        let photo = TestPhoto().bytes
        let url = try file("in.jpg", photo)
        _ = try await clean(.file(url))
        XCTAssertEqual(try Data(contentsOf: url), photo)
        XCTAssertEqual(try files().count, 1, "a copy was left on the disk")

        let data = photo
        _ = try await clean(.data(data))
        XCTAssertEqual(data, photo)
    }

    func testEveryShareHasANameOfItsOwn() async throws {
        let cleaner = PhotoCleaner(limit: .app)
        var names = Set<String>()
        for _ in 0..<50 { names.insert(try await cleaner.clean(.data(TestPhoto().bytes)).fileName) }
        XCTAssertEqual(names.count, 50)
    }

    func testManyAtOnce() async throws {
        let photos = (1...8).map { TestPhoto(blocks: $0 * 3).bytes }
        var alone: [Data] = []
        for photo in photos { alone.append(try await cleanBytes(photo)) }

        let cleaners = [PhotoCleaner(limit: .app), PhotoCleaner(limit: .app)]
        let together = try await withThrowingTaskGroup(of: (Int, Data, String).self) { group in
            for round in 0..<64 {
                group.addTask {
                    let outgoing = try await cleaners[round % 2].clean(.data(photos[round % 8]))
                    return (round % 8, try outgoing.data(), outgoing.fileName)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        XCTAssertEqual(together.count, 64)
        for (place, bytes, _) in together { XCTAssertEqual(bytes, alone[place]) }
        XCTAssertEqual(Set(together.map(\.2)).count, 64)
    }

    func testACancelledTaskCleansNothing() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await clean(.data(TestPhoto().bytes))
        }
        do {
            _ = try await task.value
            XCTFail("a cancelled task released a photo")
        } catch {
            XCTAssertTrue(error is CancellationError, "\(error)")
        }
    }

    @MainActor func testFromTheMainActor() async throws {
        let outgoing = try await clean(.data(TestPhoto().bytes))
        XCTAssertTrue(Thread.isMainThread)
        XCTAssertGreaterThan(outgoing.size, 0)
    }

    func testLoggingMayStartTwice() {
        startLogging()
        startLogging()
    }
}
