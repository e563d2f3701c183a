package io.muster.app;

import io.muster.directory.store.Audit;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Automations;
import io.muster.jobs.Chains;
import io.muster.jobs.event.JsonEvents;
import io.muster.jobs.undo.UndoLedger;
import io.muster.load.Rejects;
import io.muster.runs.RunService;
import io.muster.runs.RunsConfiguration;
import io.muster.support.Ids;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Runs as they are shown; apart from {@link AppConfiguration}, as most requests need no runs. */
@Configuration(proxyBeanMethods = false)
@Import(RunsConfiguration.class)
public class RunViewsConfiguration {

    /** Undos of imports. */
    @Bean
    RunUndos runUndos(RunService runs, UndoLedger undos, JsonMapper json, Ids ids) {
        return new RunUndos(runs, undos, json, ids);
    }

    /** JSON events as runs. */
    @Bean
    EventRuns eventRuns(JsonEvents events, Automations automations, Ids ids) {
        return new EventRuns(events, automations, ids);
    }

    /** Runs as they are shown. */
    @Bean
    RunViews runViews(
            RunService runs,
            Directories directories,
            Audit audit,
            Chains chains,
            JdbcClient jdbc,
            JsonMapper json,
            Ids ids) {
        return new RunViews(runs, directories, audit, chains, new Rejects(jdbc), json, ids);
    }

    /** Which imports fed lists. */
    @Bean
    ListFeeds listFeeds(RunViews runs, MailingLists lists, JsonMapper json) {
        return new ListFeeds(runs, lists, json);
    }
}
