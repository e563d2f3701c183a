package io.muster.intake;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.ContactLookup;
import io.muster.directory.store.Directories;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.support.Ids;
import io.muster.support.Spool;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What takes in events and visitors, as Spring beans; it works from when it is first asked for. */
@Configuration(proxyBeanMethods = false)
public class IntakeConfiguration {

    /** Closed with the context, before the database. */
    @Bean(destroyMethod = "close")
    Intake intake(
            Spool spool,
            Environment environment,
            SnapshotStore snapshots,
            Directories directories,
            DataSource dataSource,
            InstantSource clock,
            Ids ids) {
        return Intake.start(
                IntakeSettings.read(spool, environment::getProperty),
                new KnownProjects(snapshots.folder(), clock),
                directories,
                dataSource,
                clock,
                ids);
    }

    /** What makes contacts of visitors. */
    @Bean
    Visitors visitors(
            Environment environment,
            Intake intake,
            Directories directories,
            ContactLookup lookup,
            ContactEdits edits,
            InstantSource clock,
            Ids ids) {
        return new Visitors(
                VisitorSettings.read(environment::getProperty), intake, directories, lookup, edits, clock, ids);
    }
}
