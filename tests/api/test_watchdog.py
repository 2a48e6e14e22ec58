import asyncio
import threading
import time

from tests.watchdog import Watch, watching

HELD = 0.2


def sleep_on_the_loop(seconds: float) -> None:
    time.sleep(seconds)


def compute_with_the_lock(seconds: float) -> None:
    """One call into C after the other, none of which lets another thread run."""
    end = time.thread_time() + seconds
    number = 3**40_000
    while time.thread_time() < end:
        number * number


async def turn(watch: Watch, answers: int = 2) -> None:
    """Let the loop turn until it was seen to."""
    wanted = watch.answers + answers
    while watch.answers < wanted:
        await asyncio.sleep(0.005)


async def test_a_loop_that_turns_is_not_held() -> None:
    with watching(asyncio.get_running_loop()) as watch:
        await turn(watch, 30)
    assert watch.longest.seconds < 0.1


async def test_a_loop_that_sleeps_is_caught_with_its_stack() -> None:
    with watching(asyncio.get_running_loop()) as watch:
        await turn(watch)
        sleep_on_the_loop(HELD)
        await turn(watch)
    assert watch.longest.seconds > HELD * 0.9
    assert "sleep_on_the_loop" in watch.longest.stack
    assert watch.longest.computing < HELD / 2


async def test_a_loop_that_computes_is_caught_with_its_stack() -> None:
    with watching(asyncio.get_running_loop()) as watch:
        await turn(watch)
        compute_with_the_lock(HELD)
        await turn(watch)
    assert watch.longest.seconds > HELD * 0.8
    assert watch.longest.computing > HELD * 0.8
    assert "compute_with_the_lock" in watch.longest.stack


async def test_one_long_call_that_never_lets_go_of_the_lock_is_caught_too() -> None:
    number = (1 << 3_000_000) - 1
    with watching(asyncio.get_running_loop()) as watch:
        await turn(watch)
        begun = time.thread_time()
        assert number * number > 0
        alone = time.thread_time() - begun
        await turn(watch)
    assert alone > 0.1
    assert watch.longest.seconds > alone * 0.8


async def test_who_holds_the_loop_when_the_watch_ends_is_caught() -> None:
    with watching(asyncio.get_running_loop()) as watch:
        await turn(watch)
        sleep_on_the_loop(HELD)
    assert watch.longest.seconds > HELD * 0.8


def test_the_loop_of_another_thread_is_watched() -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        with watching(loop) as watch:
            while watch.answers < 2:
                time.sleep(0.01)
            loop.call_soon_threadsafe(sleep_on_the_loop, HELD)
            time.sleep(HELD * 2)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert watch.longest.seconds > HELD * 0.8
    assert "sleep_on_the_loop" in watch.longest.stack
