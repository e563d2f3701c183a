package io.muster.automation.jobfile;

import io.muster.support.document.Problem;
import java.util.List;

/** What reading a job file gave. */
sealed interface JobFileContent {

    /** A job that passed every check. */
    record Good(JobFile job) implements JobFileContent {}

    /** Everything that is wrong, in the order of the file. */
    record Bad(List<Problem> problems) implements JobFileContent {}
}
