"""Work in the casting thread: the program ends only when the thread has."""

import time

from viewer.ui.rendering.jobs import Job, end_casting


def test_the_end_waits_for_what_is_being_cast_and_drops_what_is_not_wanted_any_more(qapp):
    done = []

    def slowly(name):
        def work(wanted):
            time.sleep(0.3)
            done.append(name)

        return work

    first, second = Job(), Job()
    first.begin(slowly("begun"))
    second.begin(slowly("waiting"))
    time.sleep(0.1)
    second.stop()
    end_casting()
    assert done == ["begun"]
    del first, second  # nothing tells them anything any more
    end_casting()
