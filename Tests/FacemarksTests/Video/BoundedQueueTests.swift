import Facemarks
import Testing

@Suite struct BoundedQueueTests {
  @Test func elementsComeInOrderAndTheOldestMakesRoom() {
    let queue = BoundedQueue<Int>(capacity: 2)
    #expect(queue.push(1))
    #expect(queue.pushReplacingOldest(2) == nil)
    #expect(queue.pushReplacingOldest(3) == 1)
    #expect(queue.pop() == 2)
    #expect(queue.pop() == 3)
  }

  @Test func aClosedQueueGivesWhatItHasAndTakesNothing() {
    let queue = BoundedQueue<Int>(capacity: 2)
    #expect(queue.push(1))
    queue.close()
    #expect(!queue.push(2))
    #expect(queue.pop() == 1)
    #expect(queue.pop() == nil)
    #expect(queue.pop() == nil)
  }
}
