package io.muster.app;

import io.muster.directory.Directory;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencySimulation;
import io.muster.frequency.FrequencySimulation.Change;
import io.muster.frequency.FrequencySimulation.Forecast;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.FrequencyUpkeep.Recomputed;
import io.muster.frequency.FrequencyUpkeep.Verified;
import io.muster.frequency.Population;
import io.muster.frequency.StoredRule;
import io.muster.frequency.rules.FrequencyRules;
import io.muster.segment.Segments;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What frequency rules would do, and the times that are computed from them ahead. */
public final class FrequencyForecasts {

    private final Directories directories;
    private final Segments segments;
    private final MailingLists lists;
    private final FrequencyRuleService rules;
    private final FrequencySimulation simulation;
    private final FrequencyUpkeep upkeep;
    private final InstantSource clock;
    private final Ids ids;

    FrequencyForecasts(
            Directories directories,
            Segments segments,
            MailingLists lists,
            FrequencyRuleService rules,
            FrequencySimulation simulation,
            FrequencyUpkeep upkeep,
            InstantSource clock,
            Ids ids) {
        this.directories = directories;
        this.segments = segments;
        this.lists = lists;
        this.rules = rules;
        this.simulation = simulation;
        this.upkeep = upkeep;
        this.clock = clock;
        this.ids = ids;
    }

    /** Whom a new, changed or removed rule would hold back; nothing is changed. */
    public SimulationView simulate(SimulationRequest request) {
        Directory directory = directories.find(request.directory());
        String id = request.without();
        StoredRule without = id == null ? null : rules.find(request.directory(), id);
        if (request.rule().isEmpty() && without == null) {
            throw Refusal.invalid(
                    "NOTHING_GIVEN",
                    "Cannot simulate: neither a new rule is described nor one to be taken away is named."
                            + " Describe or name one.");
        }

        String survey = FrequencyRuleService.survey(
                request.question().survey() != null
                        ? request.question().survey()
                        : request.rule().survey() != null || without == null
                                ? request.rule().survey()
                                : without.survey());
        TouchpointChannel channel =
                EligibilityService.channel(request.question().channel());
        Population population = population(directory, request.among());
        Forecast forecast = simulation.forecast(
                new FrequencySimulation.Question(
                        directory.number(),
                        population,
                        survey,
                        EligibilityService.use(channel),
                        EligibilityService.moment(directory, request.question().at(), clock)),
                new Change(
                        request.rule().isEmpty()
                                ? Optional.empty()
                                : Optional.of(rules.options(directory, request.rule())),
                        without == null ? null : without.number()));
        return new SimulationView(
                id(population),
                survey,
                forecast.contacts(),
                forecast.before(),
                forecast.after(),
                forecast.newly(),
                forecast.released());
    }

    /** Whom the rules hold back now, for no survey in particular. */
    public SimulationView now(String idOrName, String channel) {
        Directory directory = directories.find(idOrName);
        Forecast forecast = simulation.forecast(
                new FrequencySimulation.Question(
                        directory.number(),
                        new Population.Everybody(),
                        null,
                        EligibilityService.use(EligibilityService.channel(channel)),
                        clock.millis()),
                new Change(Optional.empty(), null));
        return new SimulationView(null, null, forecast.contacts(), forecast.before(), forecast.after(), 0, 0);
    }

    private Population population(Directory directory, @Nullable String among) {
        if (among == null) {
            return new Population.Everybody();
        }

        return ids.read(PublicId.LIST, Fold.trim(among)).isPresent()
                ? new Population.OnList(lists.find(directory.number(), among))
                : new Population.OfSegment(segments.find(directory.number(), among));
    }

    private static @Nullable String id(Population population) {
        return switch (population) {
            case Population.OfSegment of -> of.segment().id();
            case Population.OnList on -> on.list().id();
            case Population.Everybody everybody -> null;
            case Population.One one -> null;
        };
    }

    /** Computes all next eligible times of a directory anew. */
    public RecomputedView recompute(String directory) {
        Directory found = directories.find(directory);
        Recomputed recomputed = upkeep.recompute(found.number());
        return new RecomputedView(found.id(), recomputed.contacts(), 0, List.of());
    }

    /** Compares the stored times with what would be computed. */
    public RecomputedView verify(String directory) {
        Directory found = directories.find(directory);
        Verified verified = upkeep.verify(found.number());
        return new RecomputedView(
                found.id(),
                verified.contacts(),
                verified.differing(),
                verified.differences().stream()
                        .map(one -> new RecomputedView.Difference(
                                ids.contact(found.number(), one.number()),
                                one.survey().isEmpty() ? null : one.survey(),
                                time(one.stored()),
                                time(one.computed())))
                        .toList());
    }

    private static @Nullable String time(long moment) {
        return moment == FrequencyRules.NEVER ? "never" : FrequencyExplanation.time(moment);
    }
}
