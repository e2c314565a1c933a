import { pageAfterLogIn } from './page-after-log-in.ts';

describe('the page after logging in', () => {
  it.each([
    ['', '/'],
    ['next=%2Ftickets', '/tickets'],
    ['next=%2Fconcerts%2F1%2Fline%3Fdate%3D2', '/concerts/1/line?date=2'],
    ['next=https%3A%2F%2Felsewhere.example%2F', '/'],
    ['next=%2F%2Felsewhere.example%2F', '/'],
    ['next=javascript%3Aalert(1)', '/'],
    ['next=%5C%5Celsewhere.example', '/'],
  ])('%s is %s', (search, page) => {
    expect(pageAfterLogIn(search)).toBe(page);
  });
});
