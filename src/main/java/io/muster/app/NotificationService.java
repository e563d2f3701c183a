package io.muster.app;

import io.muster.automation.notify.Notifications;
import io.muster.automation.notify.StuckNotification;
import io.muster.directory.Actor;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import java.util.List;
import java.util.Map;
import org.springframework.transaction.support.TransactionTemplate;

/** Notifications that do not arrive, and what a person does about them. */
public final class NotificationService {

    private final Notifications notifications;
    private final TransactionTemplate transactions;
    private final Audit audit;

    NotificationService(Notifications notifications, TransactionTemplate transactions, Audit audit) {
        this.notifications = notifications;
        this.transactions = transactions;
        this.audit = audit;
    }

    /** Notifications that failed at least once and have not arrived, newest first, at most 100. */
    public List<StuckNotification> stuck() {
        return notifications.stuck();
    }

    /** Makes notifications due at once, with all their attempts; all of them or, after a refusal, none. */
    public void retry(List<Long> ids, Actor actor) {
        transactions.executeWithoutResult(ignored -> ids.forEach(id -> {
            if (notifications.tryAgain(id)) {
                note(actor, "notification.retry", id);
            }
        }));
    }

    /** Gives notifications up; all of them or, after a refusal, none. */
    public void drop(List<Long> ids, Actor actor) {
        transactions.executeWithoutResult(ignored -> ids.forEach(id -> {
            if (notifications.drop(id)) {
                note(actor, "notification.drop", id);
            }
        }));
    }

    private void note(Actor actor, String action, long id) {
        audit.enter(actor, action, AuditSubject.INSTALLATION, Map.of("notification", id));
    }
}
