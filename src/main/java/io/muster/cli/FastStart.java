package io.muster.cli;

import java.io.File;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the launcher make its class cache, in the background, after a first command has shown that it would be of use. */
final class FastStart {

    private static final Logger LOG = LoggerFactory.getLogger(FastStart.class);
    private static final File NOTHING = new File("/dev/null");

    private FastStart() {}

    /** Does nothing unless the launcher asked for it by naming itself. */
    static void prepare() {
        String launcher = System.getProperty("muster.trainer");
        if (launcher == null) {
            return;
        }

        // Once per process, however many contexts it opens.
        System.clearProperty("muster.trainer");
        try {
            new ProcessBuilder(launcher, "--prepare-fast-starts")
                    .redirectInput(NOTHING)
                    .redirectOutput(NOTHING)
                    .redirectError(NOTHING)
                    .start();
        } catch (IOException e) {
            LOG.info("Starts stay slower: {} cannot be started", launcher, e);
        }
    }
}
