package io.muster.web.console.page;

import io.muster.access.User;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sessions in which a person is signed in now, in any server. */
public interface OpenSessions {

    /**
     * A session.
     *
     * @param key names it to pages; says nothing of its cookie
     * @param address from where it began; null where that is not known
     * @param current whether it is the one that asks
     */
    record OpenSession(
            String key,
            Instant began,
            Instant used,
            @Nullable String address,
            boolean current) {}

    /** Those of a person, the one used last first. */
    List<OpenSession> of(User user, HttpServletRequest request);

    /** Ends one; false when there is none of that key. */
    boolean end(User user, String key, HttpServletRequest request);
}
