package io.muster.web.console.page;

import io.muster.web.console.page.OpenSessions.OpenSession;
import io.muster.web.console.page.Texts.Moment;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;

/**
 * A session as pages show it.
 *
 * @param current whether it is the one that asks
 */
public record SessionRow(String key, Moment began, Moment used, String address, boolean current) {

    /** Of sessions. */
    public static List<SessionRow> of(List<OpenSession> sessions, ZoneId zone) {
        return sessions.stream()
                .map(session -> new SessionRow(
                        session.key(),
                        Texts.moment(session.began(), zone),
                        Texts.moment(session.used(), zone),
                        Objects.requireNonNullElse(session.address(), "not known"),
                        session.current()))
                .toList();
    }
}
