import { fixtureIds, ormFixture } from '../harness/ormFixture';

fixtureIds.forEach(ormFixture);
