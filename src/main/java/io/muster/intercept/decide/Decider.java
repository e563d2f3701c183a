package io.muster.intercept.decide;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Decides which intercepts a visitor sees, and keeps the answer until the next call. The lines are tried in the order of
 * docs/intercepts.md; the first that decides, decides. It is used again for each call and allocates nothing. Not safe
 * for several threads.
 */
public final class Decider {

    private final IntSupplier draws;
    private Visit[] visits = {};
    private InterceptInUse[] intercepts = {};
    private Visit[] visitOf = {};
    private Reason[] reasons = {};
    private boolean[] shown = {};
    private int[] next = {};
    private int size;
    private boolean olderShown;

    /**
     * A decider.
     *
     * @param draws gives a number from 0 to 9,999 for a visitor with neither a reference nor a draw
     */
    public Decider(IntSupplier draws) {
        this.draws = draws;
    }

    /** How a project sees the visitor of a call. */
    private static final class Visit {

        private final ContactRecord contact = new ContactRecord();
        private ProjectInUse project;
        private boolean reference;
        private boolean asked;
        private boolean found;

        Visit(ProjectInUse project) {
            this.project = project;
        }

        void begin(ProjectInUse visited, DecisionCall call) {
            project = visited;
            reference = visited.isReference(call);
            asked = false;
            found = false;
        }

        boolean find(DecisionCall call) {
            if (!asked) {
                asked = true;
                ContactTable table = project.table();
                found = table != null && project.accepts(call) && table.find(call.reference(), contact);
            }

            return found;
        }
    }

    /**
     * Decides about the intercepts of some projects, or about those of them that the call names.
     *
     * @param projects each once
     */
    public void decide(DecisionCall call, List<ProjectInUse> projects) {
        makeRoom(projects);
        size = 0;
        olderShown = false;
        for (int i = 0; i < projects.size(); i++) {
            visits[i].begin(projects.get(i), call);
            next[i] = 0;
        }

        int draw = call.draw();
        for (int oldest = oldest(projects); oldest >= 0; oldest = oldest(projects)) {
            Visit visit = visits[oldest];
            InterceptInUse intercept = visit.project.intercepts().get(next[oldest]++);
            if (!call.intercepts().isEmpty()
                    && !call.intercepts().contains(intercept.definition().id())) {
                continue;
            }

            if (draw == DecisionCall.NO_DRAW && !visit.reference) {
                draw = draws.getAsInt();
            }

            Reason reason = reason(call, visit, intercept, draw);
            boolean show = shows(reason, intercept.definition());
            olderShown |= show && intercept.definition().listBased();
            intercepts[size] = intercept;
            visitOf[size] = visit;
            reasons[size] = reason;
            shown[size] = show;
            size++;
        }
    }

    private Reason reason(DecisionCall call, Visit visit, InterceptInUse intercept, int draw) {
        InterceptDefinition definition = intercept.definition();
        if (!visit.project.definition().active() || !intercept.isActive(call.at())) {
            return Reason.INACTIVE;
        }

        Sampling sampling = intercept.sampling();
        if (!sampling.takesEverybody()
                && !(visit.reference ? sampling.takes(call.reference()) : sampling.takes(draw))) {
            return Reason.NOT_SAMPLED;
        }

        if (!intercept.isOnPage(call)) {
            return Reason.PAGE;
        }

        if (!intercept.isLinked()) {
            return Reason.NOT_LINKED;
        }

        if (!visit.reference) {
            return intercept.targetsStrangers() ? Reason.NO_REFERENCE : Reason.NOT_TARGETED;
        }

        if (visit.project.table() == null) {
            return Reason.UNAVAILABLE;
        }

        if (!visit.find(call)) {
            return Reason.UNKNOWN_REFERENCE;
        }

        if (!intercept.targets(visit.contact)) {
            return Reason.NOT_TARGETED;
        }

        if (intercept.isCapped(visit.contact, call.at())) {
            return Reason.FREQUENCY;
        }

        return olderShown && definition.listBased() ? Reason.OLDER_INTERCEPT : Reason.ELIGIBLE;
    }

    private static boolean shows(Reason reason, InterceptDefinition intercept) {
        return switch (reason) {
            case NOT_LINKED, NO_REFERENCE, ELIGIBLE -> true;
            case UNAVAILABLE -> intercept.whenUnavailable() == Fallback.SHOW;
            case UNKNOWN_REFERENCE -> intercept.whenUnknown() == Fallback.SHOW;
            case INACTIVE, NOT_SAMPLED, PAGE, NOT_TARGETED, FREQUENCY, OLDER_INTERCEPT -> false;
        };
    }

    /** The project whose next intercept is the oldest of all that were not decided about; -1 when none is left. */
    private int oldest(List<ProjectInUse> projects) {
        int oldest = -1;
        for (int i = 0; i < projects.size(); i++) {
            if (next[i] < projects.get(i).intercepts().size()
                    && (oldest < 0
                            || InterceptDefinition.BY_AGE.compare(upcoming(projects, i), upcoming(projects, oldest))
                                    < 0)) {
                oldest = i;
            }
        }

        return oldest;
    }

    private InterceptDefinition upcoming(List<ProjectInUse> projects, int project) {
        return projects.get(project).intercepts().get(next[project]).definition();
    }

    private void makeRoom(List<ProjectInUse> projects) {
        int all = 0;
        for (int i = 0; i < projects.size(); i++) {
            all += projects.get(i).intercepts().size();
        }

        if (visits.length < projects.size()) {
            visits = projects.stream().map(Visit::new).toArray(Visit[]::new);
            next = new int[projects.size()];
        }

        if (intercepts.length < all) {
            intercepts = Arrays.copyOf(intercepts, all);
            visitOf = Arrays.copyOf(visitOf, all);
            reasons = Arrays.copyOf(reasons, all);
            shown = Arrays.copyOf(shown, all);
        }
    }

    /** The number of decisions, the oldest intercept first. */
    public int size() {
        return size;
    }

    /** The intercept of a decision. */
    public InterceptDefinition intercept(int index) {
        return intercepts[index].definition();
    }

    /** The project of a decision. */
    public ProjectDefinition project(int index) {
        return visitOf[index].project.definition();
    }

    /** Whether the intercept is shown. */
    public boolean isShown(int index) {
        return shown[index];
    }

    /** Why. */
    public Reason reason(int index) {
        return reasons[index];
    }

    /** Whether the decision knew the contact; without it neither segments nor times are known. */
    public boolean knewContact(int index) {
        return visitOf[index].found
                && switch (reasons[index]) {
                    case NOT_TARGETED, FREQUENCY, OLDER_INTERCEPT, ELIGIBLE -> true;
                    case INACTIVE, NOT_SAMPLED, PAGE, NOT_LINKED, UNAVAILABLE, NO_REFERENCE, UNKNOWN_REFERENCE -> false;
                };
    }

    /** The segments of the intercept's target, each with whether the contact is a member; empty when it was not known. */
    public Map<String, Boolean> segments(int index) {
        return knewContact(index) ? intercepts[index].segments(visitOf[index].contact) : Map.of();
    }

    /**
     * When the contact may see the intercept again, epoch milliseconds: {@link Long#MIN_VALUE} when nothing holds it back
     * or it was not known, {@link Long#MAX_VALUE} for never.
     */
    public long nextEligible(int index) {
        return knewContact(index) ? intercepts[index].nextEligible(visitOf[index].contact) : Long.MIN_VALUE;
    }
}
